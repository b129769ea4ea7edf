/**
 * The completion script for fish.
 *
 * @module
 */
import { type Case, operandCases, optionCases, valueCases } from "./cases.ts";
import type { CommandWords } from "./values.ts";

/** Returns the script. */
export function fishScript(commands: readonly CommandWords[]): string {
  return `# Completes "deno task experiment", and an alias or a function with the name experiment, in fish.
# Save it where fish looks for it:
#   deno task -q experiment completions fish > ~/.config/fish/conf.d/descent.fish

set -g __descent_commands ${commands.map((c) => c.name).join(" ")} help

# The options of a command.
${switchFunction("__descent_options", optionCases(commands))}

# What stands after a command's name: names, and @list, @file or @folder.
${switchFunction("__descent_operands", operandCases(commands))}

# What follows an option of a command, in the same words; @any for a number or the like.
${switchFunction("__descent_values", valueCases(commands))}

# Prints what may stand for the word $argv[1], of the words that follow; all of it begins with $argv[2].
function __descent_reply
    set -l rest $argv[1]
    set -l before $argv[2]
    set -e argv[1..2]
    if contains @list $argv; and string match -q '*,*' -- $rest
        set before $before(string replace -r '[^,]*$' '' -- $rest)
        set rest (string replace -r '^.*,' '' -- $rest)
    end
    for word in $argv
        switch $word
            case @file
                printf "$before%s\\n" (__fish_complete_path $rest)
            case @folder
                printf "$before%s\\n" (__fish_complete_directories $rest)
            case '@*'
            case '*'
                printf '%s%s\\n' $before $word
        end
    end
end

# Prints what may follow the words after "experiment".
function __descent_complete
    set -l cur (commandline -ct)
    set -l words (commandline -opc)
    set -l at (contains -i experiment $words)
    or return
    set -l words $words[(math $at + 1)..]
    set -l command ""
    for word in $words
        if contains -- $word $__descent_commands
            set command $word
            break
        end
    end
    set -l previous "$words[-1]"
    if string match -q -- '--*=*' $cur
        set -l option (string replace -r '=.*' '' -- $cur)
        __descent_reply (string replace -r '^[^=]*=' '' -- "$cur") "$option=" (__descent_values "$command $option")
        return
    end
    if string match -q -- '--*' $previous; and contains -- $previous (__descent_options $command)
        set -l values (__descent_values "$command $previous")
        if set -q values[1]
            __descent_reply "$cur" "" $values
            return
        end
    end
    if string match -q -- '-*' $cur
        __descent_reply "$cur" "" (__descent_options $command)
    else if test -z "$command" -o "$command" = help
        __descent_reply "$cur" "" $__descent_commands
    else
        __descent_reply "$cur" "" (__descent_operands $command)
    end
end

# Returns whether "deno task ... experiment" is being completed.
function __descent_after_task
    set -l words (commandline -opc)
    test "$words[2]" = task; and contains experiment $words[3..]
end

complete -c deno -n __descent_after_task -f -a '(__descent_complete)'
complete -c experiment -f -a '(__descent_complete)'`;
}

function switchFunction(name: string, cases: readonly Case[]): string {
  const lines = cases.flatMap(({ patterns, words }) => [
    `        case ${patterns.map((p) => `'${p}'`).join(" ")}`,
    `            printf '%s\\n' ${words.split(" ").map((w) => `'${w}'`).join(" ")}`,
  ]);
  return [`function ${name}`, "    switch $argv[1]", ...lines, "    end", "end"].join("\n");
}
