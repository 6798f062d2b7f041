// What the event network says of one event: looks at the window around it, adds a row for each event there, and sends the
// sums through two small layers. Answers with 16 halves of what to take off weights, one a cycle.
//
// A window is ROUNDS x ROWS words of a board, of which ROW_WIDTH bits are looked at; a word costs a cycle, and so does each
// bit that is set in it but the first.
`default_nettype none

module event_evaluator #(
    parameter integer HIDDEN = 64,
    parameter integer UNITS = 16,
    parameter integer ROUNDS = 7,
    parameter integer ROWS = 7,
    parameter integer ROW_WIDTH = 4,
    parameter integer BIAS_ROWS_BITS = 12,
    parameter MEMORIES = "memories"  // folder of the memory files for synthesis; +memories= in simulation
) (
    input wire clk,
    input wire rst,
    input wire [31:0] board_rounds,
    input wire [15:0] even_mask,
    input wire [15:0] odd_mask,
    input wire [3:0] first_shift,
    input wire [5:0] second_shift,
    input wire [5:0] third_shift,
    input wire start,
    input wire [31:0] origin,  // the window's first word
    input wire [5:0] even_shift,
    input wire [5:0] odd_shift,
    input wire [BIAS_ROWS_BITS-1:0] bias_row,
    output wire [31:0] board_address,
    input wire [63:0] board_word,  // at the address of the cycle before
    output wire half_valid,
    output reg [3:0] half_index,
    output wire [31:0] half,
    output reg done
);
  localparam integer FEATURES = ROUNDS * ROWS * ROW_WIDTH;
  localparam integer FEATURE_BITS = $clog2(FEATURES);
  localparam integer SUM_BITS = $clog2(HIDDEN);
  localparam integer UNIT_BITS = $clog2(UNITS);
  localparam [7:0] LAST_ROUND = ROUNDS[7:0] - 8'd1, LAST_ROW = ROWS[7:0] - 8'd1, ALL_UNITS = UNITS[7:0];
  localparam [8:0] LAST_SUM = HIDDEN[8:0] - 9'd1;
  localparam [15:0] WIDTH = ROW_WIDTH[15:0];

  (* rom_style = "block" *)
  reg [16*HIDDEN-1:0] biases[0:(1<<BIAS_ROWS_BITS)-1];
  (* rom_style = "block" *)
  reg [16*HIDDEN-1:0] rows[0:FEATURES-1];
  reg [8*UNITS-1:0] second[0:HIDDEN-1];
  reg [63:0] second_scale[0:UNITS-1];
  reg [127:0] third[0:UNITS-1];
  reg [63:0] third_scale[0:15];

`ifdef SYNTHESIS
  initial begin
    $readmemh({MEMORIES, "/biases.hex"}, biases);
    $readmemh({MEMORIES, "/rows.hex"}, rows);
    $readmemh({MEMORIES, "/second.hex"}, second);
    $readmemh({MEMORIES, "/second_scale.hex"}, second_scale);
    $readmemh({MEMORIES, "/third.hex"}, third);
    $readmemh({MEMORIES, "/third_scale.hex"}, third_scale);
  end
`else
  string folder;
  initial begin
    if (!$value$plusargs("memories=%s", folder)) $fatal(1, "event_evaluator: no +memories=FOLDER");
    $readmemh({folder, "/biases.hex"}, biases);
    $readmemh({folder, "/rows.hex"}, rows);
    $readmemh({folder, "/second.hex"}, second);
    $readmemh({folder, "/second_scale.hex"}, second_scale);
    $readmemh({folder, "/third.hex"}, third);
    $readmemh({folder, "/third_scale.hex"}, third_scale);
  end
`endif

  localparam [2:0] IDLE = 0, SCAN = 1, WAIT = 2, SECOND = 3, SCALE_SECOND = 4, SCALE_THIRD = 5;
  reg [2:0] state;

  // The scan: `board_word` is the one of (round, row), whose next bits are looked at.
  reg [7:0] round, row;
  reg [31:0] here, round_first;
  reg [15:0] feature;
  reg [ROW_WIDTH-1:0] seen;
  wire [5:0] shift = row[0] ? odd_shift : even_shift;
  wire [15:0] mask = row[0] ? odd_mask : even_mask;
  wire [63:0] shifted = board_word >> shift;
  wire [ROW_WIDTH-1:0] slice = shifted[ROW_WIDTH-1:0] & mask[ROW_WIDTH-1:0] & ~seen;
  wire [ROW_WIDTH-1:0] lowest = slice & (~slice + {{(ROW_WIDTH - 1) {1'b0}}, 1'b1});
  wire is_last_bit = slice == lowest;
  wire is_last_row = row == LAST_ROW;
  wire is_last_word = is_last_row && round == LAST_ROUND;
  wire advances = state == SCAN && is_last_bit;
  wire [31:0] following = is_last_row ? round_first + 1 : here + board_rounds;
  assign board_address = state == IDLE ? origin : advances ? following : here;

  integer k;
  reg [7:0] bit_number;
  always @* begin
    bit_number = 0;
    for (k = ROW_WIDTH - 1; k >= 0; k = k - 1) if (slice[k]) bit_number = k[7:0];
  end

  // Rows arrive a cycle after they are asked for.
  reg [16*HIDDEN-1:0] bias_word, row_word;
  reg load, add;
  wire [15:0] address = feature + {8'b0, bit_number};
  always @(posedge clk) begin
    bias_word <= biases[bias_row];
    row_word  <= rows[address[FEATURE_BITS-1:0]];
  end

  wire [15:0] sum;
  wire drop_sum = state == SECOND;
  row_sums #(
      .HIDDEN(HIDDEN)
  ) sums (
      .clk (clk),
      .load(load),
      .add (add),
      .drop(drop_sum),
      .row (load ? bias_word : row_word),
      .low (sum)
  );
  wire [6:0] first_value;
  activation activate (
      .sum  (sum),
      .shift(first_shift),
      .value(first_value)
  );

  // The second layer: weights arrive a cycle after they are asked for, beside their activation.
  reg [8:0] count;
  reg [6:0] first_waiting;
  reg [8*UNITS-1:0] second_word;
  reg second_add;
  always @(posedge clk) second_word <= second[count[SUM_BITS-1:0]];
  wire [31:0] second_sum;
  wire drop_second, drop_third;
  dot_products #(
      .OUTPUTS(UNITS)
  ) second_layer (
      .clk(clk),
      .clear(start),
      .add(second_add),
      .drop(drop_second),
      .activation(first_waiting),
      .weights(second_word),
      .low(second_sum)
  );

  // Both layers' sums go through one requantiser: biases and multipliers arrive a cycle after they are asked for.
  reg [63:0] scale_word;
  reg scale_valid;
  wire is_third = state == SCALE_THIRD;
  always @(posedge clk) scale_word <= is_third ? third_scale[count[3:0]] : second_scale[count[UNIT_BITS-1:0]];
  wire [31:0] third_sum;
  wire requantised;
  wire [31:0] value;
  requantiser requantise (
      .clk(clk),
      .valid(scale_valid),
      .z((is_third ? third_sum : second_sum) + scale_word[31:0]),
      .multiplier(scale_word[63:32]),
      .shift(is_third ? third_shift : second_shift),
      .low(is_third ? -32'sd67108864 : 32'sd0),
      .high(is_third ? 32'sd67108864 : 32'sd127),
      .ready(requantised),
      .value(value)
  );
  assign drop_second = scale_valid && !is_third;
  assign drop_third = scale_valid && is_third;

  // The third layer takes units as they come out.
  reg [7:0] unit;
  reg [127:0] third_word;
  reg third_add;
  reg [6:0] unit_waiting;
  always @(posedge clk) third_word <= third[unit[UNIT_BITS-1:0]];
  dot_products #(
      .OUTPUTS(16)
  ) third_layer (
      .clk(clk),
      .clear(start),
      .add(third_add),
      .drop(drop_third),
      .activation(unit_waiting),
      .weights(third_word),
      .low(third_sum)
  );

  assign half_valid = requantised && is_third;
  assign half = value;

  always @(posedge clk) begin
    load <= 0;
    add <= 0;
    second_add <= 0;
    scale_valid <= 0;
    third_add <= 0;
    done <= 0;
    first_waiting <= first_value;
    unit_waiting <= value[6:0];
    if (rst) state <= IDLE;
    else
      case (state)
        IDLE:
        if (start) begin
          state <= SCAN;
          load <= 1;
          round <= 0;
          row <= 0;
          here <= origin;
          round_first <= origin;
          feature <= 0;
          seen <= 0;
        end
        SCAN: begin
          add <= slice != 0;
          seen <= is_last_bit ? {ROW_WIDTH{1'b0}} : seen | lowest;
          if (is_last_bit) begin
            feature <= feature + WIDTH;
            here <= following;
            row <= is_last_row ? 8'd0 : row + 8'd1;
            if (is_last_row) begin
              round <= round + 8'd1;
              round_first <= following;
            end
            if (is_last_word) state <= WAIT;
          end
          count <= 0;
        end
        WAIT: if (!add) state <= SECOND;  // the last row is being added
        SECOND: begin
          second_add <= 1;
          count <= count + 9'd1;
          if (count == LAST_SUM) begin
            count <= 0;
            unit  <= 0;
            state <= SCALE_SECOND;
          end
        end
        SCALE_SECOND: begin
          // The last product is added in the first of these cycles, before its sum is looked at in the second.
          scale_valid <= count < {1'b0, ALL_UNITS};
          if (count < {1'b0, ALL_UNITS}) count <= count + 9'd1;
          if (requantised) begin
            third_add <= 1;
            unit <= unit + 8'd1;
          end
          if (third_add && unit == ALL_UNITS) begin
            count <= 0;
            half_index <= 0;
            state <= SCALE_THIRD;
          end
        end
        SCALE_THIRD: begin
          scale_valid <= count < 16;
          if (count < 16) count <= count + 9'd1;
          if (requantised) begin
            half_index <= half_index + 4'd1;
            if (half_index == 15) begin
              done  <= 1;
              state <= IDLE;
            end
          end
        end
        default: state <= IDLE;
      endcase
  end
endmodule
