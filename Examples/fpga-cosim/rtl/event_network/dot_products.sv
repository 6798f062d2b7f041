// A dense layer, one activation a cycle: each output adds the activation times its weight, int8. Given away one by one.
`default_nettype none

module dot_products #(
    parameter integer OUTPUTS = 16
) (
    input  wire                 clk,
    input  wire                 clear,
    input  wire                 add,
    input  wire                 drop,        // the lowest; the next one takes its place
    input  wire [          6:0] activation,
    input  wire [8*OUTPUTS-1:0] weights,
    output wire [         31:0] low
);
  reg [32*OUTPUTS-1:0] sums;
  assign low = sums[31:0];

  wire [32*OUTPUTS-1:0] next;
  genvar k;
  generate
    for (k = 0; k < OUTPUTS; k = k + 1) begin : outputs
      wire signed [7:0] weight = weights[8*k+:8];
      wire signed [7:0] factor = {1'b0, activation};
      wire signed [15:0] product = weight * factor;
      assign next[32*k+:32] = sums[32*k+:32] + {{16{product[15]}}, product};
    end
  endgenerate

  always @(posedge clk)
    if (clear) sums <= 0;
    else if (drop) sums <= sums >> 32;
    else if (add) sums <= next;
endmodule
