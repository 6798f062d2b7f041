// The host's calls, by DPI-C: decoder.c beside this file unpacks them. vpi/decoder_calls.svh has the same for VPI.
import "DPI-C" function void host_open(input string image, input int config_flags, output int status);
import "DPI-C" function void host_push(
  input int flags, input int sequence_number, input bit [63:0] timestamp, input bit [511:0] round, input int size,
  output int status, output int work
);
import "DPI-C" function void host_pop(output bit [127:0] frame, output int size, output bit [63:0] timestamp);
import "DPI-C" function void host_digest(output bit [63:0] digest);
