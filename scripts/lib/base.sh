# shellcheck shell=sh
# Sourced first by every script: where the checkout is, how to speak, one lock per thing that is made.
# The caller's folder is left alone, so that relative paths on the command line keep their meaning.

root=$(CDPATH='' cd -- "$(dirname -- "$(readlink -f -- "$0")")/.." && pwd)
# Both steer any Bun executable, ours included, from outside.
unset BUN_OPTIONS BUN_BE_BUN

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# Runs a function while holding the lock .cache/<name>.lock: two scripts started together do a thing once, in turn.
# What the function starts inherits the lock: an npm that outlives its script still keeps the others waiting.
locked() {
  lock=$root/.cache/$1.lock
  shift
  mkdir -p "$root/.cache" 2>/dev/null && touch "$lock" 2>/dev/null ||
    die "$(id -un) may not write to $root. Run this as its owner, or make yourself the owner: sudo chown -R $(id -un) $root"
  command -v flock >/dev/null 2>&1 || { "$@"; return; }
  (
    flock 9
    "$@"
  ) 9>>"$lock"
}

# sha256 over names and contents of the files below the given paths of the checkout, tests left out; a path that is
# not there counts as empty.
hash_of() {
  (
    cd "$root" || exit 1
    for path; do
      shift
      [ ! -e "$path" ] || set -- "$@" "$path"
    done
    find "$@" -type f ! -name '*.test.ts' ! -name '*.test.tsx' -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
  )
}
