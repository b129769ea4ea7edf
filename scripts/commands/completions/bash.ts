/**
 * The completion script for bash (3.2 and newer).
 *
 * @module
 */
// cspell:ignore bashdefault compgen compopt COMPREPLY CWORD

import { posixTables } from "./posix.ts";
import type { CommandWords } from "./values.ts";

/** Returns the script. */
export function bashScript(commands: readonly CommandWords[]): string {
  return `# Completes "deno task experiment", and an alias or a function with the name experiment, in bash.
# Save it and source it in ~/.bashrc:
#   deno task -q experiment completions bash > ~/.descent-completion.bash

${posixTables(commands)}

# Adds what begins with the word to complete: of the words in $1, where @file and @folder are paths.
_descent_reply() {
  local word before="" rest="$cur"
  case " $1 " in
    *" @list "*)
      case "$cur" in *,*) before="\${cur%,*}," rest="\${cur##*,}" ;; esac
      compopt -o nospace 2>/dev/null
      ;;
  esac
  for word in $1; do
    case "$word" in
      @file) compopt -o filenames 2>/dev/null; while IFS= read -r word; do COMPREPLY+=("$before$word"); done < <(compgen -f -- "$rest") ;;
      @folder) compopt -o filenames 2>/dev/null; while IFS= read -r word; do COMPREPLY+=("$before$word"); done < <(compgen -d -- "$rest") ;;
      @*) ;;
      "$rest"*) COMPREPLY+=("$before$word") ;;
    esac
  done
}

# Completes the last of the words after "experiment", which are the arguments.
_descent_complete() {
  local cur="\${@: -1}" previous="" command="" word values=""
  COMPREPLY=()
  # bash takes the = of --option=value as a word of its own.
  if [ $# -ge 2 ]; then previous="\${@: -2:1}"; fi
  if [ "$cur" = "=" ]; then
    cur=""
  elif [ "$previous" = "=" ] && [ $# -ge 3 ]; then
    previous="\${@: -3:1}"
  fi
  for word in "\${@:1:$#-1}"; do
    case " $_descent_commands " in *" $word "*) command="$word"; break ;; esac
  done
  case " $(_descent_options "$command") " in
    *" $previous "*) values="$(_descent_values "$command $previous")" ;;
  esac
  case "$previous" in --*) if [ -n "$values" ]; then _descent_reply "$values"; return; fi ;; esac
  case "$cur" in
    -*) _descent_reply "$(_descent_options "$command")" ;;
    *)
      if [ -z "$command" ]; then _descent_reply "$_descent_commands"
      elif [ "$command" = help ]; then _descent_reply "$_descent_commands"
      else _descent_reply "$(_descent_operands "$command")"; fi
      ;;
  esac
}

# Completes the command "experiment".
_descent_experiment() {
  _descent_complete "\${COMP_WORDS[@]:1:COMP_CWORD}"
}

# Completes "deno task ... experiment"; anything else of deno as before.
_descent_deno() {
  local i
  if [ "\${COMP_WORDS[1]}" = task ]; then
    for ((i = 2; i < COMP_CWORD; i++)); do
      if [ "\${COMP_WORDS[i]}" = experiment ]; then
        _descent_complete "\${COMP_WORDS[@]:i + 1:COMP_CWORD - i}"
        return
      fi
    done
  fi
  if [ -n "$_descent_before" ]; then "$_descent_before" "$@"; fi
}

_descent_before="$(complete -p deno 2>/dev/null | sed -n 's/.* -F \\([^ ]*\\) .*/\\1/p')"
if [ "$_descent_before" = _descent_deno ]; then _descent_before=""; fi
complete -o bashdefault -o default -F _descent_deno deno
complete -F _descent_experiment experiment`;
}
