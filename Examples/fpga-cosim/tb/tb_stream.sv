// Syndrome player, decoder and frame sink, in one stream: ends when the player has played all and all frames have come.
`default_nettype none
`timescale 1ns / 1ps

module tb_stream;
  reg clk = 0, rst = 1;
  always #2 clk = !clk;  // 250 MHz

  int period, pause, ready, unit_cycles;
  initial begin
    if (!$value$plusargs("period=%d", period)) period = 0;
    if (!$value$plusargs("pause=%d", pause)) pause = 0;
    if (!$value$plusargs("ready=%d", ready)) ready = 256;
    if (!$value$plusargs("unit_cycles=%d", unit_cycles)) unit_cycles = 0;
    repeat (4) @(negedge clk);
    rst = 0;
  end

  reg [31:0] now;
  always @(posedge clk) now <= rst ? 0 : now + 1;

  wire [31:0] r_tdata, f_tdata, f_tuser;
  wire [3:0] r_tkeep, f_tkeep;
  wire [1:0] r_tuser;
  wire r_tlast, r_tvalid, r_tready, f_tlast, f_tvalid, f_tready, done, idle;
  wire [31:0] played, late, rounds, popped, full, fifo_full, frames, stalls, least, most;
  wire [63:0] total;

  syndrome_player player (
      .clk(clk),
      .rst(rst),
      .period(period[15:0]),
      .pause(pause[8:0]),
      .m_tdata(r_tdata),
      .m_tkeep(r_tkeep),
      .m_tlast(r_tlast),
      .m_tuser(r_tuser),
      .m_tvalid(r_tvalid),
      .m_tready(r_tready),
      .done(done),
      .rounds(played),
      .late(late)
  );

  decoder_port port (
      .clk(clk),
      .rst(rst),
      .now(now),
      .unit_cycles(unit_cycles[15:0]),
      .s_tdata(r_tdata),
      .s_tkeep(r_tkeep),
      .s_tlast(r_tlast),
      .s_tuser(r_tuser),
      .s_tvalid(r_tvalid),
      .s_tready(r_tready),
      .m_tdata(f_tdata),
      .m_tkeep(f_tkeep),
      .m_tlast(f_tlast),
      .m_tuser(f_tuser),
      .m_tvalid(f_tvalid),
      .m_tready(f_tready),
      .idle(idle),
      .rounds(rounds),
      .frames(popped),
      .full(full),
      .fifo_full(fifo_full)
  );

  frame_sink sink (
      .clk(clk),
      .rst(rst),
      .now(now),
      .ready(ready[8:0]),
      .s_tdata(f_tdata),
      .s_tkeep(f_tkeep),
      .s_tlast(f_tlast),
      .s_tuser(f_tuser),
      .s_tvalid(f_tvalid),
      .s_tready(f_tready),
      .frames(frames),
      .stalls(stalls),
      .least(least),
      .most(most),
      .total(total)
  );

  // Cycles in which a beat of syndrome waited.
  reg [31:0] held_back;
  always @(posedge clk) held_back <= rst ? 0 : held_back + {31'b0, r_tvalid && !r_tready};

  always @(posedge clk)
    if (!rst && done && idle) begin
      // One line of key=value for check.py.
      $display("cycles=%0d rounds=%0d frames=%0d late=%0d held_back=%0d full=%0d fifo_full=%0d sink_stalls=%0d least=%0d mean=%0d most=%0d",
               now, rounds, frames, late, held_back, full, fifo_full, stalls, least,
               frames == 0 ? 64'd0 : total / {32'b0, frames}, most);
      sink.close;
      if (rounds != played || frames != popped) $fatal(1, "tb_stream: lost something on the way");
      $finish;
    end
endmodule
