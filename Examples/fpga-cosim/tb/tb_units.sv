// Each unit of the event network's arithmetic beside the same formula in C, over all of its inputs where that can be done,
// else over all extremes and many random ones.
`default_nettype none
`timescale 1ns / 1ps

module tb_units;
  import "DPI-C" function int unit_activation(input int sum, input int shift);
  import "DPI-C" function int unit_requantise(
    input int z, input int multiplier, input int shift, input int low, input int high
  );
  import "DPI-C" function int unit_sum(input int a, input int b);
  import "DPI-C" function int unit_product(input int sum, input int activation, input int weight);
  import "DPI-C" function int unit_extreme(input int index);
  import "DPI-C" function int unit_random();

  localparam integer LANES = 64, OUTPUTS = 16, EXTREMES = 24;

  reg clk = 0;
  always #2 clk = !clk;
  int checked, wrong;

  task same(input string unit, input int expected, input int found);
    checked = checked + 1;
    if (expected != found) begin
      wrong = wrong + 1;
      if (wrong < 10) $display("%s: %0d, but the formula has %0d", unit, found, expected);
    end
  endtask

  reg [15:0] a_sum;
  reg [3:0] a_shift;
  wire [6:0] a_value;
  activation activation_unit (
      .sum  (a_sum),
      .shift(a_shift),
      .value(a_value)
  );

  reg r_valid = 0;
  reg signed [31:0] r_z, r_multiplier, r_low, r_high;
  reg [5:0] r_shift;
  wire r_ready;
  wire signed [31:0] r_value;
  requantiser requantiser_unit (
      .clk(clk),
      .valid(r_valid),
      .z(r_z),
      .multiplier(r_multiplier),
      .shift(r_shift),
      .low(r_low),
      .high(r_high),
      .ready(r_ready),
      .value(r_value)
  );

  reg s_load = 0, s_add = 0, s_drop = 0;
  reg [16*LANES-1:0] s_row;
  wire [15:0] s_low;
  row_sums #(
      .HIDDEN(LANES)
  ) sums_unit (
      .clk (clk),
      .load(s_load),
      .add (s_add),
      .drop(s_drop),
      .row (s_row),
      .low (s_low)
  );

  reg d_clear = 0, d_add = 0, d_drop = 0;
  reg [6:0] d_activation;
  reg [8*OUTPUTS-1:0] d_weights;
  wire [31:0] d_low;
  dot_products #(
      .OUTPUTS(OUTPUTS)
  ) products_unit (
      .clk(clk),
      .clear(d_clear),
      .add(d_add),
      .drop(d_drop),
      .activation(d_activation),
      .weights(d_weights),
      .low(d_low)
  );

  task requantise(input int z, input int multiplier, input int shift, input int low, input int high);
    @(negedge clk);
    r_z = z;
    r_multiplier = multiplier;
    r_shift = shift[5:0];
    r_low = low;
    r_high = high;
    r_valid = 1;
    @(negedge clk);
    r_valid = 0;
    @(negedge clk);
    if (!r_ready) same("requantiser is ready", 1, 0);
    same("requantiser", unit_requantise(z, multiplier, shift, low, high), r_value);
  endtask

  // A sum of the third layer, and one of the second.
  task requantise_both(input int z, input int multiplier, input int shift);
    requantise(z, multiplier, shift, -67108864, 67108864);
    requantise(z, multiplier, shift, 0, 127);
  endtask

  int j, k, n, factor, expected[OUTPUTS];

  initial begin
    // Every sum under every shift.
    for (j = 0; j < 16; j = j + 1)
      for (k = -32768; k < 32768; k = k + 1) begin
        a_sum = k[15:0];
        a_shift = j[3:0];
        #1;
        same("activation", unit_activation(k, j), {25'b0, a_value});
      end
    $display("activation      %0d of 2^20 inputs", checked);

    // |z| < 2^25, any multiplier: all extremes of both under every shift, then random ones.
    n = checked;
    for (int shift = 1; shift <= 40; shift = shift + 1)
      for (j = 0; j < EXTREMES; j = j + 1)
        for (k = 0; k < EXTREMES; k = k + 1)
          requantise_both(unit_extreme(j) >>> 6, unit_extreme(k), shift);
    for (j = 0; j < 200000; j = j + 1)
      requantise_both(unit_random() >>> 6, unit_random() >>> (unit_random() & 31), 1 + (unit_random() & 1023) % 40);
    $display("requantiser     %0d inputs", checked - n);

    // Every int16 in every lane's turn, and on it extremes that make it wrap.
    n = checked;
    for (j = 0; j < EXTREMES; j = j + 1)
      for (k = -32768; k < 32768; k = k + LANES) begin
        @(negedge clk);
        for (int lane = 0; lane < LANES; lane = lane + 1) begin
          int value;
          value = k + lane;
          s_row[16*lane+:16] = value[15:0];
        end
        s_load = 1;
        @(negedge clk);
        s_load = 0;
        s_add = 1;
        for (int lane = 0; lane < LANES; lane = lane + 1) begin
          int value;
          value = unit_extreme(j) >>> 16;
          s_row[16*lane+:16] = value[15:0];
        end
        @(negedge clk);
        s_add = 0;
        s_drop = 1;
        for (int lane = 0; lane < LANES; lane = lane + 1) begin
          same("row sums", unit_sum(k + lane, unit_extreme(j) >>> 16), {{16{s_low[15]}}, s_low});
          @(negedge clk);
        end
        s_drop = 0;
      end
    $display("row sums        %0d inputs", checked - n);

    // Every activation times every weight; then the largest sums that a layer of 256 can come to.
    n = checked;
    for (j = 0; j < 128; j = j + 1)
      for (k = -128; k < 128; k = k + OUTPUTS) begin
        @(negedge clk);
        d_clear = 1;
        @(negedge clk);
        d_clear = 0;
        d_add = 1;
        d_activation = j[6:0];
        for (int lane = 0; lane < OUTPUTS; lane = lane + 1) begin
          int value;
          value = k + lane;
          d_weights[8*lane+:8] = value[7:0];
        end
        @(negedge clk);
        d_add = 0;
        d_drop = 1;
        for (int lane = 0; lane < OUTPUTS; lane = lane + 1) begin
          same("products", unit_product(0, j, k + lane), d_low);
          @(negedge clk);
        end
        d_drop = 0;
      end
    for (k = 0; k < 100; k = k + 1) begin
      @(negedge clk);
      d_clear = 1;
      @(negedge clk);
      d_clear = 0;
      d_add = 1;
      for (int lane = 0; lane < OUTPUTS; lane = lane + 1) expected[lane] = 0;
      for (j = 0; j < 256; j = j + 1) begin
        factor = k < 4 ? 127 : unit_random() & 127;
        d_activation = factor[6:0];
        for (int lane = 0; lane < OUTPUTS; lane = lane + 1) begin
          int weight;
          weight = k < 4 ? (lane[0] ^ k[0] ? 127 : -127) : (unit_random() & 255) - 128;
          d_weights[8*lane+:8] = weight[7:0];
          expected[lane] = unit_product(expected[lane], factor, weight);
        end
        @(negedge clk);
      end
      d_add = 0;
      d_drop = 1;
      for (int lane = 0; lane < OUTPUTS; lane = lane + 1) begin
        same("dot products", expected[lane], d_low);
        @(negedge clk);
      end
      d_drop = 0;
    end
    $display("dot products    %0d inputs", checked - n);
    $display("checked=%0d wrong=%0d", checked, wrong);
    if (wrong != 0) $fatal(1, "tb_units: RTL and formulas part");
    $finish;
  end
endmodule
