/* The decoder image, as constant as the code: in flash, where the decoder reads it in place. */
  .section .rodata.image, "a"
  .balign 8
  .global image, image_end
image:
  .incbin IMAGE
image_end:

#ifdef __ELF__
  .section .note.GNU-stack, ""
#endif
