// The host's calls, by VPI: matcher.c beside this file unpacks them. dpi/matcher_calls.svh has the same for DPI-C.
task host_matcher(input string image, output int status);
  $host_matcher(image, status);
endtask

task host_detectors(input bit [511:0] round, input int count);
  $host_detectors(round, count);
endtask

task host_change(input int a, input int b, input int weight);
  $host_change(a, b, weight);
endtask

task host_match(output int status, output int observables, output bit [63:0] weight, output int work,
                output bit [63:0] digest);
  $host_match(status, observables, weight, work, digest);
endtask
