// The event network in hardware: rounds of a shot in, and the weights that edges take for this shot out, in the matcher's
// integers, as decant_predecode tells them, in its order.
//
// Rounds come as syndrome_player sends them. Events are noted and shown on the boards as they come. After the last round
// each is asked about (event_evaluator), and each edge that an event at either end spoke about gets its weight, once: a
// frame of changes leaves, each {weight, b, a}; behind them one beat with TLAST that holds none (TKEEP zero), so that a
// shot without changes has a frame, too. Then the boards are wiped.
`default_nettype none

module event_network #(
    parameter integer HIDDEN = 64,
    parameter integer UNITS = 16,
    parameter integer ROUNDS = 7,
    parameter integer ROWS = 7,
    parameter integer ROW_WIDTH = 4,
    parameter integer DETECTOR_BITS = 11,   // log2 of the most detectors,
    parameter integer BOARD_BITS = 11,      // ... words of both boards,
    parameter integer BIAS_ROWS_BITS = 11,  // ... kinds of place,
    parameter integer GROUP_BITS = 11,      // ... kinds of neighbourhood,
    parameter integer SLOT_BITS = 13,       // ... and ends of edges
    parameter MEMORIES = "memories"         // folder of the memory files for synthesis; +memories= in simulation
) (
    input  wire        clk,
    input  wire        rst,
    input  wire [15:0] first_detectors,  // of a shot's first round,
    input  wire [15:0] round_detectors,  // ... and of every other but the last
    input  wire [31:0] s_tdata,
    input  wire        s_tlast,
    input  wire        s_tuser,          // the shot's last round
    input  wire        s_tvalid,
    output wire        s_tready,
    output reg  [95:0] m_tdata,
    output reg  [11:0] m_tkeep,
    output reg         m_tlast,
    output reg         m_tvalid,
    input  wire        m_tready,
    output reg  [31:0] events,           // asked about
    output reg  [31:0] asking,           // cycles
    output reg  [31:0] telling
);
  reg [31:0] settings[0:17];
  reg [191:0] places[0:(1<<DETECTOR_BITS)-1];
  reg [31:0] about[0:(1<<(GROUP_BITS+4))-1];
  reg [63:0] slots[0:(1<<SLOT_BITS)-1];

`ifdef SYNTHESIS
  initial begin
    $readmemh({MEMORIES, "/settings.hex"}, settings);
    $readmemh({MEMORIES, "/places.hex"}, places);
    $readmemh({MEMORIES, "/about.hex"}, about);
    $readmemh({MEMORIES, "/slots.hex"}, slots);
  end
`else
  string folder;
  initial begin
    if (!$value$plusargs("memories=%s", folder)) $fatal(1, "event_network: no +memories=FOLDER");
    $readmemh({folder, "/settings.hex"}, settings);
    if (settings[1] != HIDDEN || settings[2] != UNITS || settings[4] != ROUNDS || settings[5] != ROWS ||
        settings[6] != ROW_WIDTH)
      $fatal(1, "event_network: built for a network of another shape");
    if (settings[0] > 1 << DETECTOR_BITS || 2 * settings[8] > 1 << BOARD_BITS || settings[15] > 1 << BIAS_ROWS_BITS ||
        settings[16] > 1 << GROUP_BITS || settings[17] > 1 << SLOT_BITS)
      $fatal(1, "event_network: built for a smaller image");
    $readmemh({folder, "/places.hex"}, places, 0, settings[0] - 1);
    $readmemh({folder, "/about.hex"}, about, 0, 16 * settings[16] - 1);
    $readmemh({folder, "/slots.hex"}, slots, 0, settings[17] - 1);
  end
`endif
  wire [31:0] board_rounds = settings[7];
  wire [31:0] board_words = settings[8];
  wire [31:0] least = settings[14];
  localparam [31:0] MOST = 32'd33554430;

  localparam [3:0] TAKE = 0, FIND = 1, NOTE = 2, SHOW = 3, MARK = 4, ASK = 5, START = 6, AWAIT = 7, TELL = 8,
      ABOUT = 9, SLOT = 10, OWN = 11, OTHER = 12, SEND = 13, WIPE = 14, FINISH = 15;
  reg [3:0] state;
  reg waits;  // for a place to arrive

  // Of the beat that is looked at.
  reg [31:0] beat;
  reg is_round_end, is_shot_end, is_first;
  reg [31:0] round_base, beat_base;
  wire [31:0] lowest = beat & (~beat + 32'd1);
  reg [4:0] bit_number;
  integer k;
  always @* begin
    bit_number = 0;
    for (k = 31; k >= 0; k = k - 1) if (beat[k]) bit_number = k[4:0];
  end
  assign s_tready = state == TAKE;

  // The shot's events: as bits, and those that the network knows in ascending order.
  reg fired[0:(1<<DETECTOR_BITS)-1];
  reg [DETECTOR_BITS-1:0] list[0:(1<<DETECTOR_BITS)-1];
  reg [DETECTOR_BITS:0] listed, turn;
  reg [DETECTOR_BITS-1:0] node;

  // Where a detector stands: there a cycle after `node`.
  reg [191:0] place;
  always @(posedge clk) place <= places[node];
  wire [31:0] origin = place[31:0];
  wire [31:0] mark_word = place[63:32];
  wire [31:0] bias_row = place[95:64];
  wire [31:0] slot_group = place[127:96];
  wire [5:0] even_shift = place[133:128];
  wire [5:0] odd_shift = place[141:136];
  wire [5:0] mark_bit = place[149:144];
  wire [7:0] kind = place[159:152];
  wire [31:0] first_slot = place[191:160];

  reg [63:0] boards[0:(1<<BOARD_BITS)-1];

  // Before the first shot nothing has fired.
  integer j;
  initial begin
    for (j = 0; j < 1 << DETECTOR_BITS; j = j + 1) fired[j] = 0;
    for (j = 0; j < 1 << BOARD_BITS; j = j + 1) boards[j] = 0;
  end

  // Boards: events of kind 0 are shown on the second one, on which those of kind 1 look.
  reg [63:0] board_word;
  wire [31:0] marked = kind == 0 ? board_words + mark_word : mark_word;
  wire [31:0] window = kind == 0 ? origin : board_words + origin;
  wire [31:0] scanned;
  wire [31:0] board_address = state == SHOW ? marked : scanned;
  always @(posedge clk) begin
    board_word <= boards[board_address[BOARD_BITS-1:0]];
    if (state == MARK) boards[marked[BOARD_BITS-1:0]] <= board_word | 64'd1 << mark_bit;
    if (state == WIPE && !waits) boards[marked[BOARD_BITS-1:0]] <= 0;
  end

  wire half_valid, evaluated;
  wire [3:0] half_index;
  wire [31:0] half;
  event_evaluator #(
      .HIDDEN(HIDDEN),
      .UNITS(UNITS),
      .ROUNDS(ROUNDS),
      .ROWS(ROWS),
      .ROW_WIDTH(ROW_WIDTH),
      .BIAS_ROWS_BITS(BIAS_ROWS_BITS),
      .MEMORIES(MEMORIES)
  ) evaluator (
      .clk(clk),
      .rst(rst),
      .board_rounds(board_rounds),
      .even_mask(settings[9][15:0]),
      .odd_mask(settings[10][15:0]),
      .first_shift(settings[11][3:0]),
      .second_shift(settings[12][5:0]),
      .third_shift(settings[13][5:0]),
      .start(state == START),
      .origin(window),
      .even_shift(even_shift),
      .odd_shift(odd_shift),
      .bias_row(bias_row[BIAS_ROWS_BITS-1:0]),
      .board_address(scanned),
      .board_word(board_word),
      .half_valid(half_valid),
      .half_index(half_index),
      .half(half),
      .done(evaluated)
  );

  // What was said of each event: 16 halves, between -2^26 and 2^26.
  reg [27:0] halves[0:(1<<(DETECTOR_BITS+4))-1];
  reg [27:0] half_word;
  reg [DETECTOR_BITS+3:0] half_address;
  always @(posedge clk) begin
    if (half_valid) halves[{node, half_index}] <= half[27:0];
    half_word <= halves[half_address];
  end

  // What is told of an edge.
  reg [4:0] place_in_group;
  reg [31:0] about_word;
  reg [63:0] slot_word;
  reg is_fired;
  wire [GROUP_BITS+3:0] about_address = {slot_group[GROUP_BITS-1:0], place_in_group[3:0]};
  wire [7:0] output_number = about_word[7:0];
  wire [31:0] slot_address = first_slot + {24'b0, about_word[15:8]};
  wire [7:0] twin_output = about_word[31:24];
  wire [31:0] neighbour = {{(32 - DETECTOR_BITS) {1'b0}}, node} + slot_word[31:0];
  always @(posedge clk) begin
    about_word <= about[about_address];
    slot_word  <= slots[slot_address[SLOT_BITS-1:0]];
    is_fired   <= fired[neighbour[DETECTOR_BITS-1:0]];
  end
  wire is_boundary = slot_word[31:0] == 0;
  wire both_speak = is_fired && twin_output != 8'hFF && !is_boundary;
  reg signed [31:0] own;
  wire signed [31:0] other = {{4{half_word[27]}}, half_word};
  wire signed [31:0] mean = (own + other) >>> 1;
  wire signed [31:0] off = both_speak ? mean : own;
  wire signed [31:0] weight = $signed(slot_word[63:32]) - (off <<< 1);
  wire signed [31:0] clamped = weight < $signed(least) ? least : weight > $signed(MOST) ? MOST : weight;
  wire [31:0] node_number = {{(32 - DETECTOR_BITS) {1'b0}}, node};
  wire is_lower = node_number < neighbour;

  always @* begin
    half_address = {node, output_number[3:0]};
    if (state == OTHER || state == SEND) half_address = {neighbour[DETECTOR_BITS-1:0], twin_output[3:0]};
  end

  always @(posedge clk) begin
    if (m_tready) m_tvalid <= 0;
    if (rst) begin
      state <= TAKE;
      m_tvalid <= 0;
      m_tlast <= 0;
      is_first <= 1;
      round_base <= 0;
      beat_base <= 0;
      listed <= 0;
      events <= 0;
      asking <= 0;
      telling <= 0;
    end else begin
      if (state == START || state == AWAIT || state == ASK) asking <= asking + 1;
      if (state >= TELL && state <= SEND) telling <= telling + 1;
      case (state)
        TAKE:
        if (s_tvalid) begin
          beat <= s_tdata;
          is_round_end <= s_tlast;
          is_shot_end <= s_tlast && s_tuser;
          state <= FIND;
        end

        FIND:
        if (beat != 0) begin
          node  <= beat_base[DETECTOR_BITS-1:0] + {{(DETECTOR_BITS - 5) {1'b0}}, bit_number};
          beat  <= beat & ~lowest;
          state <= NOTE;
        end else begin
          beat_base <= beat_base + 32;
          if (is_round_end) begin
            beat_base <= round_base + {16'b0, is_first ? first_detectors : round_detectors};
            round_base <= round_base + {16'b0, is_first ? first_detectors : round_detectors};
            is_first <= 0;
          end
          turn  <= 0;
          state <= is_shot_end ? ASK : TAKE;
        end
        NOTE: state <= SHOW;  // the place arrives behind this cycle,
        SHOW: begin  // ... its word behind this one
          if (kind != 8'hFF) begin
            fired[node] <= 1;
            list[listed[DETECTOR_BITS-1:0]] <= node;
            listed <= listed + 1;
            state  <= MARK;
          end else state <= FIND;
        end
        MARK: state <= FIND;

        ASK: begin
          node <= list[turn[DETECTOR_BITS-1:0]];
          if (turn == listed) begin
            turn  <= 0;
            state <= TELL;
          end else begin
            turn <= turn + 1;
            events <= events + 1;
            waits <= 1;
            state <= AWAIT;
          end
        end
        START: state <= AWAIT;
        AWAIT:
        if (waits) begin
          waits <= 0;
          state <= START;
        end else if (evaluated) state <= ASK;

        TELL: begin
          node <= list[turn[DETECTOR_BITS-1:0]];
          place_in_group <= 0;
          waits <= 1;
          if (turn == listed) begin
            turn  <= 0;
            state <= FINISH;
          end else begin
            turn  <= turn + 1;
            state <= ABOUT;
          end
        end
        ABOUT: begin
          waits <= 0;
          if (!waits) state <= SLOT;
        end
        SLOT: begin  // what an output is about is there, its slot arrives behind this cycle
          if (output_number == 8'hFF) state <= TELL;
          else state <= OWN;
        end
        OWN: state <= OTHER;  // half_word is what this event said from the next cycle on
        OTHER: begin
          own <= {{4{half_word[27]}}, half_word};
          state <= SEND;
        end
        SEND: begin  // is_fired is there since OTHER, half_word what the other one said
          if (both_speak && !is_lower) begin
            place_in_group <= place_in_group + 1;
            state <= place_in_group == 15 ? TELL : ABOUT;
          end else if (!m_tvalid || m_tready) begin
            m_tdata <= {clamped, is_boundary ? 32'hFFFFFFFF : is_lower ? neighbour : node_number,
                        is_boundary || is_lower ? node_number : neighbour};
            m_tkeep <= 12'hFFF;
            m_tlast <= 0;
            m_tvalid <= 1;
            place_in_group <= place_in_group + 1;
            state <= place_in_group == 15 ? TELL : ABOUT;
          end
        end

        FINISH:
        if (turn != listed) begin
          node  <= list[turn[DETECTOR_BITS-1:0]];
          waits <= 1;
          state <= WIPE;
        end else if (!m_tvalid || m_tready) begin
          m_tkeep <= 0;
          m_tlast <= 1;
          m_tvalid <= 1;
          listed <= 0;
          round_base <= 0;
          beat_base <= 0;
          is_first <= 1;
          state <= TAKE;
        end
        WIPE: begin
          waits <= 0;
          fired[node] <= 0;
          if (!waits) begin
            turn  <= turn + 1;
            state <= FINISH;
          end
        end
      endcase
    end
  end
endmodule
