# shellcheck shell=sh
# Sourced after base.sh. Debian packages for commands that are missing: installed as root, named otherwise.

apt_quiet() { DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@" >&2; }

# ensure_commands command:package … Returns 1 when something is still missing, after saying what to type.
ensure_commands() {
  missing=
  for pair in "$@"; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing="$missing ${pair#*:}"
  done
  [ -n "$missing" ] || return 0
  if ! command -v apt-get >/dev/null 2>&1; then
    say "Missing on this machine:$missing. Install it with your system's package manager."
    return 1
  fi
  if [ "$(id -u)" != 0 ]; then
    say "Missing on this machine:$missing. Install it with: sudo apt-get install$missing"
    return 1
  fi
  say "Installing$missing …"
  # shellcheck disable=SC2086 # a list of words
  apt_quiet install -y --no-install-recommends $missing 2>/dev/null && return
  apt_quiet update || true # a source out of reach is no harm if the packages come from another
  # shellcheck disable=SC2086
  apt_quiet install -y --no-install-recommends $missing || {
    say "apt-get could not install:$missing (see above)."
    return 1
  }
}
