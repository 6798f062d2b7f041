# Read by install.sh and install-host.sh: a template becomes a file of the installation.

filled() { # TEMPLATE FILE
  mkdir -p "$(dirname "$2")"
  sed -e "s|@PREFIX@|$prefix|g" -e "s|@LIBDIR@|$libdir|g" -e "s|@INCLUDEDIR@|$includedir|g" \
    -e "s|@VERSION@|$version|g" -e "s|@ABI@|$abi|g" "$1" >"$2"
  chmod 644 "$2"
}
