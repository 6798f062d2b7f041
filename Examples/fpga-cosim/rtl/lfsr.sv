// Random bits for stalls: a 16-bit Galois register (x^16 + x^14 + x^13 + x^11 + 1), so that a run is the same each time.
`default_nettype none

module lfsr #(
    parameter [15:0] SEED = 16'hACE1
) (
    input  wire        clk,
    input  wire        rst,
    output reg  [15:0] bits
);
  // Eight steps a cycle: neighbouring values share few bits.
  function [15:0] stepped(input [15:0] from);
    integer k;
    begin
      stepped = from;
      for (k = 0; k < 8; k = k + 1) stepped = (stepped >> 1) ^ (stepped[0] ? 16'hB400 : 16'h0000);
    end
  endfunction

  always @(posedge clk) bits <= rst ? SEED : stepped(bits);
endmodule
