// The player and the sink with nothing between: cocotb and ctypes are the port and the decoder.
`default_nettype none
`timescale 1ns / 1ps

module tb_axis (
    input  wire        clk,
    input  wire        rst,
    input  wire [15:0] period,
    input  wire [ 8:0] pause,
    input  wire [ 8:0] ready,
    output wire        done,
    output wire [31:0] frames,
    output wire [31:0] rounds_tdata,
    output wire [ 3:0] rounds_tkeep,
    output wire        rounds_tlast,
    output wire [ 1:0] rounds_tuser,
    output wire        rounds_tvalid,
    input  wire        rounds_tready,
    input  wire [31:0] frames_tdata,
    input  wire [ 3:0] frames_tkeep,
    input  wire        frames_tlast,
    input  wire        frames_tvalid,
    output wire        frames_tready
);
  wire [31:0] rounds, late, stalls, least, most;
  wire [63:0] total;
  reg  [31:0] now;
  always @(posedge clk) now <= rst ? 0 : now + 1;

  syndrome_player player (
      .clk(clk),
      .rst(rst),
      .period(period),
      .pause(pause),
      .m_tdata(rounds_tdata),
      .m_tkeep(rounds_tkeep),
      .m_tlast(rounds_tlast),
      .m_tuser(rounds_tuser),
      .m_tvalid(rounds_tvalid),
      .m_tready(rounds_tready),
      .done(done),
      .rounds(rounds),
      .late(late)
  );

  frame_sink sink (
      .clk(clk),
      .rst(rst),
      .now(now),
      .ready(ready),
      .s_tdata(frames_tdata),
      .s_tkeep(frames_tkeep),
      .s_tlast(frames_tlast),
      .s_tuser(now),
      .s_tvalid(frames_tvalid),
      .s_tready(frames_tready),
      .frames(frames),
      .stalls(stalls),
      .least(least),
      .most(most),
      .total(total)
  );
endmodule
