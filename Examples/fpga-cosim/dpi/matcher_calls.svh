// The host's calls, by DPI-C: matcher.c beside this file unpacks them. vpi/matcher_calls.svh has the same for VPI.
import "DPI-C" function void host_matcher(input string image, output int status);
import "DPI-C" function void host_detectors(input bit [511:0] round, input int count);
import "DPI-C" function void host_change(input int a, input int b, input int weight);
import "DPI-C" function void host_match(
  output int status, output int observables, output bit [63:0] weight, output int work, output bit [63:0] digest
);
