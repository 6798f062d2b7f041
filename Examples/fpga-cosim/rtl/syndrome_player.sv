// Plays recorded detectors as a control system would send them: a frame for each round, one round every `period`
// cycles, whatever the receiver does. Replaces the measurement chain, so that a decoder can be tried without qubits.
//
// AXI4-Stream master: TDATA holds a round's detectors from bit 0 on, each round padded to whole bytes; TKEEP tells the
// bytes of its last beat, TLAST ends it. TUSER[0]: the shot's last round. TUSER[1]: an erased round.
//
// The memory holds, for each round, a word {16'b0, flags[7:0], bytes[7:0]} and its beats; all ones at the end.
`default_nettype none

module syndrome_player #(
    parameter integer ADDRESS_BITS = 20
) (
    input  wire        clk,
    input  wire        rst,
    input  wire [15:0] period,  // cycles from the beginning of a round to that of the next; 0: at once
    input  wire [ 8:0] pause,   // of 256 cycles, those in which no beat is begun
    output reg  [31:0] m_tdata,
    output reg  [ 3:0] m_tkeep,
    output reg         m_tlast,
    output reg  [ 1:0] m_tuser,
    output reg         m_tvalid,
    input  wire        m_tready,
    output wire        done,
    output reg  [31:0] rounds,  // begun
    output reg  [31:0] late     // of these, later than their period said
);
  reg [31:0] memory[0:(1<<ADDRESS_BITS)-1];
  reg [31:0] word;
  reg [ADDRESS_BITS-1:0] address;
  reg [7:0] left;
  reg [1:0] flags;
  reg [31:0] now, due;
  wire [15:0] random;

  lfsr #(
      .SEED(16'h1D0F)
  ) pauses (
      .clk (clk),
      .rst (rst),
      .bits(random)
  );

  wire at_header = left == 0;
  wire at_end = at_header && word == 32'hFFFFFFFF;
  wire begins = at_header && !at_end && now >= due;
  wire sends = !at_header && (!m_tvalid || m_tready) && {1'b0, random[7:0]} >= pause;
  wire [ADDRESS_BITS-1:0] next = address + {{(ADDRESS_BITS - 1) {1'b0}}, begins | sends};

  assign done = !rst && at_end && !m_tvalid;

  // Block memory: the word at `address` is there in the cycle after `next` was.
  always @(posedge clk) word <= memory[rst ? {ADDRESS_BITS{1'b0}} : next];

  always @(posedge clk) begin
    if (rst) begin
      address <= 0;
      left <= 0;
      flags <= 0;
      now <= 0;
      due <= 1;
      rounds <= 0;
      late <= 0;
      m_tdata <= 0;
      m_tkeep <= 0;
      m_tlast <= 0;
      m_tuser <= 0;
      m_tvalid <= 0;
    end else begin
      address <= next;
      now <= now + 1;
      if (m_tready) m_tvalid <= 0;
      if (begins) begin
        left <= word[7:0];
        flags <= word[9:8];
        due <= due + {16'b0, period};
        rounds <= rounds + 1;
        if (now > due && period != 0) late <= late + 1;
      end
      if (sends) begin
        m_tdata <= word;
        m_tkeep <= left >= 4 ? 4'b1111 : 4'b1111 >> (3'd4 - left[2:0]);
        m_tlast <= left <= 4;
        m_tuser <= flags;
        m_tvalid <= 1;
        left <= left <= 4 ? 8'd0 : left - 8'd4;
      end
    end
  end

  // Simulation alone: which memory to play.
  string path;
  integer words;
  initial begin
    if ($value$plusargs("memory=%s", path) && $value$plusargs("words=%d", words))
      $readmemh(path, memory, 0, words - 1);
    else $fatal(1, "syndrome_player: no +memory=FILE +words=COUNT");
  end
endmodule
