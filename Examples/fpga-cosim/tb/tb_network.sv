// Syndrome player, event network and matcher: the network's weights are made in hardware, the host only matches.
`default_nettype none
`timescale 1ns / 1ps

module tb_network #(
    parameter integer HIDDEN = 64,
    parameter integer UNITS  = 16,
    parameter integer ROUNDS = 7,
    parameter integer ROWS   = 7,
    parameter integer ROW_WIDTH = 4
);
  reg clk = 0, rst = 1;
  always #2 clk = !clk;

  int first_detectors, round_detectors, pause, ready;
  initial begin
    if (!$value$plusargs("first_detectors=%d", first_detectors)) $fatal(1, "tb_network: no +first_detectors=COUNT");
    if (!$value$plusargs("round_detectors=%d", round_detectors)) $fatal(1, "tb_network: no +round_detectors=COUNT");
    if (!$value$plusargs("pause=%d", pause)) pause = 0;
    if (!$value$plusargs("ready=%d", ready)) ready = 256;
    repeat (4) @(negedge clk);
    rst = 0;
  end

  wire [31:0] r_tdata;
  wire [3:0] r_tkeep;
  wire [1:0] r_tuser;
  wire r_tlast, r_tvalid, network_ready, port_ready, done;
  wire [95:0] c_tdata;
  wire [11:0] c_tkeep;
  wire c_tlast, c_tvalid, c_tready;
  wire [31:0] played, late, shots, changes, events, asking, telling;

  syndrome_player player (
      .clk(clk),
      .rst(rst),
      .period(16'd0),
      .pause(pause[8:0]),
      .m_tdata(r_tdata),
      .m_tkeep(r_tkeep),
      .m_tlast(r_tlast),
      .m_tuser(r_tuser),
      .m_tvalid(r_tvalid),
      .m_tready(network_ready && port_ready),
      .done(done),
      .rounds(played),
      .late(late)
  );

  event_network #(
      .HIDDEN(HIDDEN),
      .UNITS(UNITS),
      .ROUNDS(ROUNDS),
      .ROWS(ROWS),
      .ROW_WIDTH(ROW_WIDTH)
  ) network (
      .clk(clk),
      .rst(rst),
      .first_detectors(first_detectors[15:0]),
      .round_detectors(round_detectors[15:0]),
      .s_tdata(r_tdata),
      .s_tlast(r_tlast),
      .s_tuser(r_tuser[0]),
      .s_tvalid(r_tvalid && port_ready),
      .s_tready(network_ready),
      .m_tdata(c_tdata),
      .m_tkeep(c_tkeep),
      .m_tlast(c_tlast),
      .m_tvalid(c_tvalid),
      .m_tready(c_tready),
      .events(events),
      .asking(asking),
      .telling(telling)
  );

  matcher_port port (
      .clk(clk),
      .rst(rst),
      .first_detectors(first_detectors[15:0]),
      .round_detectors(round_detectors[15:0]),
      .s_tdata(r_tdata),
      .s_tlast(r_tlast),
      .s_tuser(r_tuser[0]),
      .s_tvalid(r_tvalid && network_ready),
      .s_tready(port_ready),
      .c_tdata(c_tdata),
      .c_tkeep(c_tkeep),
      .c_tlast(c_tlast),
      .c_tvalid(c_tvalid),
      .c_tready(c_tready),
      .ready(ready[8:0]),
      .shots(shots),
      .changes(changes)
  );

  // Shots whose last round was played.
  reg [31:0] played_shots, now;
  always @(posedge clk) begin
    now <= rst ? 0 : now + 1;
    if (rst) played_shots <= 0;
    else if (r_tvalid && network_ready && port_ready && r_tlast && r_tuser[0]) played_shots <= played_shots + 1;
    if (!rst && done && played_shots == shots) begin
      // One line of key=value for check_network.py.
      $display("cycles=%0d shots=%0d events=%0d changes=%0d asking=%0d telling=%0d", now, shots, events, changes, asking,
               telling);
      port.close;
      $finish;
    end
  end
endmodule
