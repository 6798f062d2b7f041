# Sourced by run.sh and Tests/cross/run.sh: programs for the boards, and the boards.
firmware=Examples/firmware

link_for() { # TARGET LIBRARY OUTPUT DEFINES, SOURCES AND MEMORY...
  target=$1 library=$2 output=$3
  shift 3
  case $target in
    # Enums of gcc's program may be smaller than the library's: decant.h passes none.
    cortex-m4*)
      case $target in
        *f) float="hard -mfpu=fpv4-sp-d16" ;;
        *) float=soft ;;
      esac
      set -- arm-none-eabi-gcc -mcpu=cortex-m4 -mthumb -mfloat-abi=$float -Wl,--no-enum-size-warning \
        $firmware/cortex-m4.c "$@"
      ;;
    # Since 2.2 of the ISA, reading counters is an extension of its own, for which Debian's gcc has no libgcc.
    rv32imac) set -- riscv64-unknown-elf-gcc -march=rv32imac -mabi=ilp32 -misa-spec=2.2 $firmware/rv32.c "$@" ;;
  esac
  "$@" -std=c11 -Os -Wall -Wextra -Werror -ffreestanding -fno-tree-loop-distribute-patterns -ffunction-sections \
    -fdata-sections -fno-common -Iinclude -I$firmware -L$firmware -nostdlib -Wl,--gc-sections,--fatal-warnings,-z,noexecstack \
    $firmware/start.c $firmware/semihosting.c $firmware/memory.c "$library" -lgcc -o "$output"
}

# -icount: an instruction takes a fixed time of the emulated clock, 2^shift ns, whatever the machine underneath does. For
# QEMU's RISC-V one nanosecond is also one instruction of minstret; on Arm, SysTick then has 1.344 ticks in each.
run_on() { # TARGET MACHINE ELF ARGUMENTS...
  case $1 in
    rv32imac) qemu="qemu-system-riscv32 -bios none -icount shift=0" ;;
    *) qemu="qemu-system-arm -icount shift=3" ;;
  esac
  machine=$2 elf=$3
  shift 3
  arguments=
  for argument in "$@"; do arguments="$arguments,arg=$argument"; done
  timeout 1800 $qemu -M "$machine" -display none -serial none -monitor none -no-reboot \
    -semihosting-config "enable=on,target=native$arguments" -kernel "$elf"
}
