// The host's calls, by VPI: decoder.c beside this file unpacks them. dpi/decoder_calls.svh has the same for DPI-C.
task host_open(input string image, input int config_flags, output int status);
  $host_open(image, config_flags, status);
endtask

task host_push(input int flags, input int sequence_number, input bit [63:0] timestamp, input bit [511:0] round,
               input int size, output int status, output int work);
  $host_push(flags, sequence_number, timestamp, round, size, status, work);
endtask

task host_pop(output bit [127:0] frame, output int size, output bit [63:0] timestamp);
  $host_pop(frame, size, timestamp);
endtask

task host_digest(output bit [63:0] digest);
  $host_digest(digest);
endtask
