// Where the stream of rounds meets the decoder, and frames come back: what a PCIe or network card does around software.
//
// Rounds come in as syndrome_player sends them. A whole round is pushed; as long as the decoder says FULL, the port offers
// it again and TREADY stays low. Frames wait in a FIFO, and leave as AXI4-Stream frames of bytes: u32 first round, u32 last
// round, u8 flags, observables; TUSER is the cycle in which the last beat of the round came that completed the window,
// which the decoder has carried along as a timestamp.
//
// The host's calls come from decoder_calls.svh, of dpi/ or vpi/: DPI-C for Verilator, VPI for Icarus.
`default_nettype none

module decoder_port #(
    parameter integer ROUND_BITS = 512,
    parameter integer FRAME_BITS = 128,
    parameter integer FIFO_BITS  = 2
) (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] now,          // cycles
    input  wire [15:0] unit_cycles,  // that the host is taken to need for a unit of the decoder's work
    input  wire [31:0] s_tdata,
    input  wire [ 3:0] s_tkeep,
    input  wire        s_tlast,
    input  wire [ 1:0] s_tuser,
    input  wire        s_tvalid,
    output wire        s_tready,
    output wire [31:0] m_tdata,
    output wire [ 3:0] m_tkeep,
    output wire        m_tlast,
    output wire [31:0] m_tuser,
    output wire        m_tvalid,
    input  wire        m_tready,
    output wire        idle,
    output reg  [31:0] rounds,       // taken by the decoder
    output reg  [31:0] frames,       // taken from it
    output reg  [31:0] full,         // cycles in which it said FULL
    output reg  [31:0] fifo_full     // cycles in which no frame could be taken, for the FIFO was full
);
  `include "decoder_calls.svh"

  localparam integer OK = 0, PENDING = 1, FULL = 2;

  reg [ROUND_BITS-1:0] round_bits;
  reg [7:0] beats, bytes;
  reg [1:0] flags;
  reg waiting;
  reg [63:0] arrived;
  reg [31:0] sequence_number, busy;

  reg [FRAME_BITS-1:0] fifo[0:(1<<FIFO_BITS)-1];
  reg [7:0] sizes[0:(1<<FIFO_BITS)-1];
  reg [31:0] times[0:(1<<FIFO_BITS)-1];
  reg [FIFO_BITS:0] head, tail;
  reg [7:0] sent;

  wire [FIFO_BITS:0] held = tail - head;
  wire is_full = held[FIFO_BITS];
  wire [7:0] size = sizes[head[FIFO_BITS-1:0]];
  wire [7:0] left = size - sent;

  assign s_tready = !waiting && !rst;
  assign m_tvalid = held != 0;
  assign m_tdata  = fifo[head[FIFO_BITS-1:0]][8*sent+:32];
  assign m_tkeep  = left >= 4 ? 4'b1111 : 4'b1111 >> (3'd4 - left[2:0]);
  assign m_tlast  = left <= 4;
  assign m_tuser  = times[head[FIFO_BITS-1:0]];

  reg is_drained;
  assign idle = !waiting && is_drained && held == 0 && busy == 0;

  // What the calls answer.
  int status, frame_size, work;
  bit [FRAME_BITS-1:0] frame;
  bit [63:0] timestamp, digest;
  integer log;

  always @(posedge clk) begin
    if (rst) begin
      beats <= 0;
      bytes <= 0;
      flags <= 0;
      waiting <= 0;
      sequence_number <= 0;
      busy <= 0;
      head <= 0;
      tail <= 0;
      sent <= 0;
      is_drained <= 1;
      rounds <= 0;
      frames <= 0;
      full <= 0;
      fifo_full <= 0;
    end else begin
      if (s_tvalid && s_tready) begin
        round_bits[32*beats+:32] <= s_tdata & {{8{s_tkeep[3]}}, {8{s_tkeep[2]}}, {8{s_tkeep[1]}}, {8{s_tkeep[0]}}};
        beats <= s_tlast ? 8'd0 : beats + 8'd1;
        if (s_tlast) begin
          bytes <= 4 * beats + {7'b0, s_tkeep[0]} + {7'b0, s_tkeep[1]} + {7'b0, s_tkeep[2]} + {7'b0, s_tkeep[3]};
          flags <= s_tuser;
          arrived <= {32'b0, now};
          waiting <= 1;
        end
      end

      if (busy != 0) busy <= busy - 1;
      else begin
        if (is_full) fifo_full <= fifo_full + 1;
        else begin
          host_pop(frame, frame_size, timestamp);
          if (frame_size != 0) begin
            fifo[tail[FIFO_BITS-1:0]] <= frame;
            sizes[tail[FIFO_BITS-1:0]] <= frame_size[7:0];
            times[tail[FIFO_BITS-1:0]] <= timestamp[31:0];
            tail <= tail + 1;
            frames <= frames + 1;
          end
          is_drained <= frame_size == 0;
        end
        if (waiting) begin
          host_push({30'b0, flags}, sequence_number, arrived, round_bits, {24'b0, bytes}, status, work);
          if (status == FULL) full <= full + 1;
          else begin
            if (status < 0) begin
              $display("decoder_port: round %0d: status %0d", sequence_number, status);
              $fatal(1);
            end
            waiting <= 0;
            rounds <= rounds + 1;
            sequence_number <= flags[0] ? 0 : sequence_number + 1;
            if (status != PENDING) is_drained <= 0;
            busy <= work * unit_cycles;
            host_digest(digest);
            $fdisplay(log, "%0d %0d %016x", sequence_number, status, digest);
          end
        end
      end

      if (m_tvalid && m_tready) begin
        sent <= m_tlast ? 8'd0 : sent + 8'd4;
        if (m_tlast) head <= head + 1;
      end
    end
  end

  string image, digests;
  int config_flags;
  initial begin
    config_flags = 0;
    if ($value$plusargs("config=%d", config_flags)) begin
    end
    if (!$value$plusargs("image=%s", image) || !$value$plusargs("digests=%s", digests))
      $fatal(1, "decoder_port: no +image=FILE +digests=FILE");
    host_open(image, config_flags, status);
    if (status != OK) $fatal(1, "decoder_port: no decoder");
    log = $fopen(digests, "w");
  end
endmodule
