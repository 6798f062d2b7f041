// Where weights from hardware meet the matcher: collects a shot's rounds and the weights that edges take for it, and once
// both are there lets the host match. Writes what came of it to files: for each shot the changes, and the answer.
//
// The host's calls come from matcher_calls.svh, of dpi/ or vpi/.
`default_nettype none

module matcher_port #(
    parameter integer ROUND_BITS = 512
) (
    input  wire        clk,
    input  wire        rst,
    input  wire [15:0] first_detectors,
    input  wire [15:0] round_detectors,
    input  wire [31:0] s_tdata,
    input  wire        s_tlast,
    input  wire        s_tuser,          // the shot's last round
    input  wire        s_tvalid,
    output wire        s_tready,
    input  wire [95:0] c_tdata,          // {weight, b, a}
    input  wire [11:0] c_tkeep,
    input  wire        c_tlast,
    input  wire        c_tvalid,
    output wire        c_tready,
    input  wire [ 8:0] ready,            // of 256 cycles, those in which a change is taken
    output reg  [31:0] shots,
    output reg  [31:0] changes
);
  `include "matcher_calls.svh"

  reg is_first, is_whole;
  reg [7:0] beats;
  assign s_tready = !is_whole && !rst;
  wire [15:0] random;
  lfsr #(
      .SEED(16'h4242)
  ) pauses (
      .clk (clk),
      .rst (rst),
      .bits(random)
  );
  assign c_tready = {1'b0, random[7:0]} < ready && is_whole;

  // What the calls answer.
  bit [ROUND_BITS-1:0] round_bits;
  int status, observables, work;
  bit [63:0] weight, digest;
  integer changes_file, answers_file;

  always @(posedge clk) begin
    if (rst) begin
      is_first <= 1;
      is_whole <= 0;
      beats <= 0;
      shots <= 0;
      changes <= 0;
      round_bits = 0;
    end else begin
      if (s_tvalid && s_tready) begin
        round_bits[32*beats+:32] = s_tdata;
        beats <= s_tlast ? 8'd0 : beats + 8'd1;
        if (s_tlast) begin
          // The last round has what is left.
          host_detectors(round_bits, s_tuser ? -1 : is_first ? {16'b0, first_detectors} : {16'b0, round_detectors});
          round_bits = 0;
          is_first <= s_tuser;
          is_whole <= s_tuser;
        end
      end
      if (c_tvalid && c_tready) begin
        if (c_tkeep != 0) begin
          host_change(c_tdata[31:0], c_tdata[63:32], c_tdata[95:64]);
          $fdisplay(changes_file, "%08x %08x %08x", c_tdata[31:0], c_tdata[63:32], c_tdata[95:64]);
          changes <= changes + 1;
        end
        if (c_tlast) begin
          host_match(status, observables, weight, work, digest);
          if (status < 0) begin
            $display("matcher_port: shot %0d: status %0d", shots, status);
            $fatal(1);
          end
          $fdisplay(changes_file, "shot");
          $fdisplay(answers_file, "%02x %016x %0d %016x", observables[7:0], weight, work, digest);
          shots <= shots + 1;
          is_whole <= 0;
        end
      end
    end
  end

  string image, path;
  initial begin
    if (!$value$plusargs("image=%s", image)) $fatal(1, "matcher_port: no +image=FILE");
    host_matcher(image, status);
    if (status != 0) $fatal(1, "matcher_port: no decoder");
    if (!$value$plusargs("changes=%s", path)) $fatal(1, "matcher_port: no +changes=FILE");
    changes_file = $fopen(path, "w");
    if (!$value$plusargs("answers=%s", path)) $fatal(1, "matcher_port: no +answers=FILE");
    answers_file = $fopen(path, "w");
  end

  task close;
    $fclose(changes_file);
    $fclose(answers_file);
  endtask
endmodule
