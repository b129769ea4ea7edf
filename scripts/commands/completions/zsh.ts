/**
 * The completion script for zsh.
 *
 * @module
 */
// cspell:ignore compadd compdef compinit compset

import { posixTables } from "./posix.ts";
import type { CommandWords } from "./values.ts";

/** Returns the script. */
export function zshScript(commands: readonly CommandWords[]): string {
  return `# Completes "deno task experiment", and an alias or a function with the name experiment, in zsh.
# Save it and source it in ~/.zshrc, after compinit:
#   deno task -q experiment completions zsh > ~/.descent-completion.zsh

${posixTables(commands)}

# Adds the words in $1, where @file and @folder are paths.
_descent_reply() {
  local -a all
  all=(\${=1})
  if (( \${all[(I)@list]} )); then
    compset -P '*,'
    compadd -S '' -- \${all:#@*}
  else
    compadd -- \${all:#@*}
  fi
  if (( \${all[(I)@file]} )); then _files; fi
  if (( \${all[(I)@folder]} )); then _files -/; fi
  return 0
}

# Completes the last of the words after "experiment", which are the arguments.
_descent_complete() {
  local cur="$argv[-1]" previous="" command="" word values=""
  if (( $# >= 2 )); then previous="$argv[-2]"; fi
  for word in "\${(@)argv[1,-2]}"; do
    if [[ " $_descent_commands " == *" $word "* ]]; then command="$word"; break; fi
  done
  if [[ "$cur" == --*=* ]]; then
    previous="\${cur%%=*}"
    compset -P '*='
  fi
  if [[ " $(_descent_options "$command") " == *" $previous "* ]]; then
    values="$(_descent_values "$command $previous")"
  fi
  if [[ "$previous" == --* && -n "$values" ]]; then _descent_reply "$values"; return; fi
  if [[ "$cur" == -* ]]; then _descent_reply "$(_descent_options "$command")"
  elif [[ -z "$command" || "$command" == help ]]; then _descent_reply "$_descent_commands"
  else _descent_reply "$(_descent_operands "$command")"; fi
}

# Completes the command "experiment".
_descent_experiment() {
  _descent_complete "\${(@)words[2,CURRENT]}"
}

# Completes "deno task ... experiment"; anything else of deno as before.
_descent_deno() {
  local i
  if [[ "$words[2]" == task ]]; then
    for (( i = 3; i < CURRENT; i++ )); do
      if [[ "$words[i]" == experiment ]]; then
        _descent_complete "\${(@)words[i + 1,CURRENT]}"
        return
      fi
    done
  fi
  if [[ -n "$_descent_before" ]]; then "$_descent_before" "$@"; else _default; fi
}

typeset -g _descent_before="\${_comps[deno]}"
if [[ "$_descent_before" == _descent_deno ]]; then _descent_before=""; fi
compdef _descent_deno deno
compdef _descent_experiment experiment`;
}
