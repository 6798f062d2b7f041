// The library's one formula, two cycles after `valid`: clamp((z * multiplier + 2^(shift - 1)) >> shift, low, high), in 64
// bits, the shift arithmetic.
`default_nettype none

module requantiser (
    input  wire               clk,
    input  wire               valid,
    input  wire signed [31:0] z,
    input  wire signed [31:0] multiplier,
    input  wire        [ 5:0] shift,       // from 1 to 40
    input  wire signed [31:0] low,
    input  wire signed [31:0] high,
    output reg                ready,
    output reg signed  [31:0] value
);
  reg signed [63:0] product;
  reg multiplied;
  wire signed [63:0] half = 64'sd1 <<< (shift - 6'd1);
  wire signed [63:0] sum = product + half;
  wire signed [63:0] shifted = sum >>> shift;
  wire signed [63:0] least = {{32{low[31]}}, low};
  wire signed [63:0] most = {{32{high[31]}}, high};

  always @(posedge clk) begin
    multiplied <= valid;
    product <= z * multiplier;
    ready <= multiplied;
    value <= shifted < least ? low : shifted > most ? high : shifted[31:0];
  end
endmodule
