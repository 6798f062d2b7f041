// Takes frames as hardware that is also busy with other things would: TREADY comes and goes at random. Writes each frame
// to a file, its bytes in hexadecimal on a line, and notes how many cycles after its last beat of syndrome it came.
`default_nettype none

module frame_sink (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] now,
    input  wire [ 8:0] ready,    // of 256 cycles, those in which a beat is taken
    input  wire [31:0] s_tdata,
    input  wire [ 3:0] s_tkeep,
    input  wire        s_tlast,
    input  wire [31:0] s_tuser,  // cycle of the last beat of syndrome
    input  wire        s_tvalid,
    output wire        s_tready,
    output reg  [31:0] frames,
    output reg  [31:0] stalls,   // cycles in which a beat waited
    output reg  [31:0] least,    // cycles from the last beat of syndrome to the last of the frame
    output reg  [31:0] most,
    output reg  [63:0] total
);
  wire [15:0] random;
  lfsr #(
      .SEED(16'h7331)
  ) pauses (
      .clk (clk),
      .rst (rst),
      .bits(random)
  );
  assign s_tready = {1'b0, random[7:0]} < ready;

  wire [31:0] cycles = now - s_tuser;
  integer file, k;
  string path;
  initial begin
    if (!$value$plusargs("frames=%s", path)) $fatal(1, "frame_sink: no +frames=FILE");
    file = $fopen(path, "w");
  end

  always @(posedge clk) begin
    if (rst) begin
      frames <= 0;
      stalls <= 0;
      least <= 32'hFFFFFFFF;
      most <= 0;
      total <= 0;
    end else if (s_tvalid && !s_tready) stalls <= stalls + 1;
    else if (s_tvalid) begin
      for (k = 0; k < 4; k = k + 1) if (s_tkeep[k]) $fwrite(file, "%02x", s_tdata[8*k+:8]);
      if (s_tlast) begin
        $fwrite(file, "\n");
        frames <= frames + 1;
        if (cycles < least) least <= cycles;
        if (cycles > most) most <= cycles;
        total <= total + {32'b0, cycles};
      end
    end
  end

  // Before the simulation ends, so that all is in the file.
  task close;
    $fclose(file);
  endtask
endmodule
