// A sum of the first layer as an activation: shifted, then clamped to 0...127.
`default_nettype none

module activation (
    input  wire [15:0] sum,    // int16
    input  wire [ 3:0] shift,
    output wire [ 6:0] value
);
  wire signed [15:0] shifted = $signed(sum) >>> shift;
  assign value = shifted < 0 ? 7'd0 : shifted > 127 ? 7'd127 : shifted[6:0];
endmodule
