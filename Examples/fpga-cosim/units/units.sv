// The units of the event network's arithmetic side by side, each with a clock of its own, for units.cpp to drive; of the
// requantiser several, so that a step of simulation is worth its while.
`default_nettype none

module units #(
    parameter integer REQUANTISERS = 16,
    parameter integer LANES = 64,
    parameter integer OUTPUTS = 16
) (
    input wire [15:0] a_sum,
    input wire [3:0] a_shift,
    output wire [6:0] a_value,
    input wire r_clk,
    input wire r_valid,
    input wire [32*REQUANTISERS-1:0] r_z,
    input wire [31:0] r_multiplier,
    input wire [5:0] r_shift,
    input wire [31:0] r_low,
    input wire [31:0] r_high,
    output wire [REQUANTISERS-1:0] r_ready,
    output wire [32*REQUANTISERS-1:0] r_value,
    input wire s_clk,
    input wire s_load,
    input wire s_add,
    input wire s_drop,
    input wire [16*LANES-1:0] s_row,
    output wire [15:0] s_low,
    output wire [16*LANES-1:0] s_all,  // what the unit holds, for it gives away one a cycle
    input wire d_clk,
    input wire d_clear,
    input wire d_add,
    input wire d_drop,
    input wire [6:0] d_activation,
    input wire [8*OUTPUTS-1:0] d_weights,
    output wire [31:0] d_low
);
  activation activate (
      .sum  (a_sum),
      .shift(a_shift),
      .value(a_value)
  );

  genvar k;
  generate
    for (k = 0; k < REQUANTISERS; k = k + 1) begin : requantisers
      requantiser requantise (
          .clk(r_clk),
          .valid(r_valid),
          .z(r_z[32*k+:32]),
          .multiplier(r_multiplier),
          .shift(r_shift),
          .low(r_low),
          .high(r_high),
          .ready(r_ready[k]),
          .value(r_value[32*k+:32])
      );
    end
  endgenerate

  row_sums #(
      .HIDDEN(LANES)
  ) sums (
      .clk (s_clk),
      .load(s_load),
      .add (s_add),
      .drop(s_drop),
      .row (s_row),
      .low (s_low)
  );
  assign s_all = sums.sums;

  dot_products #(
      .OUTPUTS(OUTPUTS)
  ) products (
      .clk(d_clk),
      .clear(d_clear),
      .add(d_add),
      .drop(d_drop),
      .activation(d_activation),
      .weights(d_weights),
      .low(d_low)
  );
endmodule
