# shellcheck shell=sh
# Sourced after base.sh. Whether a built file is still what its source makes: by content, never by time, because a
# Raspberry Pi wakes up with a wrong clock and a checkout sets new times on old files.

page_inputs='ui package-lock.json'
program_inputs='src ui drizzle package.json package-lock.json scripts/build'

# Where it is written down what a built file was made from.
note_of() { printf '%s/.cache/made/%s' "$root" "$(basename -- "$1")"; }

# shellcheck disable=SC2086 # a list of paths
inputs_hash() { case $1 in build/page) hash_of $page_inputs ;; *) hash_of $program_inputs ;; esac; }

is_fresh() { [ -e "$root/$1" ] && [ "$(cat "$(note_of "$1")" 2>/dev/null)" = "$(inputs_hash "$1")" ]; }
