// The first layer's sums, int16 and wrapping: begun with a bias row, a row added for each feature, given away one by one.
`default_nettype none

module row_sums #(
    parameter integer HIDDEN = 64
) (
    input  wire                 clk,
    input  wire                 load,
    input  wire                 add,
    input  wire                 drop,  // the lowest; the next one takes its place
    input  wire [16*HIDDEN-1:0] row,
    output wire [         15:0] low
);
  reg [16*HIDDEN-1:0] sums;
  integer k;
  assign low = sums[15:0];

  always @(posedge clk)
    if (load) sums <= row;
    else if (drop) sums <= sums >> 16;
    else if (add) for (k = 0; k < HIDDEN; k = k + 1) sums[16*k+:16] <= sums[16*k+:16] + row[16*k+:16];
endmodule
