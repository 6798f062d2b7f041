// The shipped networks' files, as they are, in the program's constants: no path to look for, nothing to install.

#if defined(__APPLE__)
#define NAME(name) _##name
  .section __TEXT,__const
#else
#define NAME(name) name
  .section .rodata
#endif

  .balign 8
  .globl NAME(decant_model_event)
NAME(decant_model_event):
  .incbin "event.safetensors"
  .globl NAME(decant_model_event_end)
NAME(decant_model_event_end):

  .balign 8
  .globl NAME(decant_model_event_small)
NAME(decant_model_event_small):
  .incbin "event-small.safetensors"
  .globl NAME(decant_model_event_small_end)
NAME(decant_model_event_small_end):

  .balign 8
  .globl NAME(decant_model_noise)
NAME(decant_model_noise):
  .incbin "noise.safetensors"
  .globl NAME(decant_model_noise_end)
NAME(decant_model_noise_end):

  .balign 8
  .globl NAME(decant_model_grid_small)
NAME(decant_model_grid_small):
  .incbin "grid-small.safetensors"
  .globl NAME(decant_model_grid_small_end)
NAME(decant_model_grid_small_end):

#if defined(__linux__)
  .section .note.GNU-stack,"",%progbits
#endif
