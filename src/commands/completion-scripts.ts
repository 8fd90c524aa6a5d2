/**
 * What each shell loads to complete the plugin called by itself. All of them ask the program, `__complete WORD...`, which
 * answers a candidate a line, and last ':' and what to do with them (directives in complete.ts).
 */

const bash = `\
# bash completion for kubectl-seldon_lifecycle
__seldon_lifecycle_complete() {
    # bash has broken the words at =, : and @ too; the program wants them whole, and without an open quotation mark.
    local words line="\${COMP_LINE:0:COMP_POINT}"
    read -r -a words <<< "$line"
    case "$line" in *[[:space:]]) words+=("") ;; esac
    local current="\${words[\${#words[@]}-1]}"
    case "$current" in
        [\\"\\']*) current="\${current:1}" ;;
        -*=[\\"\\']*) current="\${current%%=*}=\${current#*=?}" ;;
    esac
    words[\${#words[@]}-1]="$current"
    local answer
    answer="$("\${words[0]}" __complete "\${words[@]:1}" 2>/dev/null)" || return
    local directive="\${answer##*:}" candidates="\${answer%:*}"
    case "$current" in -*=*) current="\${current#*=}" ;; esac
    # bash replaces $2, whichever characters it breaks words at: a part of it, or the flag before it too.
    local before="" flag=""
    case "$current" in
        *"$2") before="\${current%"$2"}" ;;
        *) case "$2" in *"$current") flag="\${2%"$current"}" ;; esac ;;
    esac
    local candidate endings=()
    COMPREPLY=()
    while IFS= read -r line; do
        candidate="\${line%%$'\\t'*}"
        [ -n "$candidate" ] || continue
        if [ $((directive & 8)) -ne 0 ]; then endings+=("$candidate")
        elif [[ "$candidate" == "$current"* ]]; then COMPREPLY+=("$flag\${candidate#"$before"}"); fi
    done <<< "$candidates"
    if [ $((directive & 2)) -ne 0 ]; then type compopt >/dev/null 2>&1 && compopt -o nospace; fi
    if [ $((directive & 4)) -ne 0 ] || [ \${#COMPREPLY[@]} -gt 0 ]; then return; fi
    local file ending
    while IFS= read -r file; do
        [ -n "$file" ] || continue
        if [ \${#endings[@]} -eq 0 ] || [ -d "$file" ]; then COMPREPLY+=("$flag\${file#"$before"}"); continue; fi
        for ending in "\${endings[@]}"; do
            case "$file" in *".$ending") COMPREPLY+=("$flag\${file#"$before"}") ;; esac
        done
    done <<< "$(compgen -f -- "$current")"
    type compopt >/dev/null 2>&1 && compopt -o filenames
}
complete -F __seldon_lifecycle_complete kubectl-seldon_lifecycle kubectl-seldon-lifecycle
`;

const zsh = `\
#compdef kubectl-seldon_lifecycle kubectl-seldon-lifecycle
# zsh completion for kubectl-seldon_lifecycle
_seldon_lifecycle_complete() {
    local answer directive line text
    local -a candidates endings
    answer="$("\${(Q)words[1]}" __complete "\${(@Q)words[2,CURRENT]}" 2>/dev/null)" || return 1
    directive="\${answer##*:}"
    for line in "\${(@f)\${answer%:*}}"; do
        [[ -n "$line" ]] || continue
        if (( directive & 8 )); then
            endings+=("$line")
            continue
        fi
        # Between a candidate and its description stands a colon.
        text="\${\${line%%$'\\t'*}//:/\\\\:}"
        [[ "$line" == *$'\\t'* ]] && text+=":\${line#*$'\\t'}"
        candidates+=("$text")
    done
    [[ "$PREFIX" == -*=* ]] && compset -P '*='
    if (( \${#endings} )); then
        _files -g "*.(\${(j:|:)endings})"
    elif (( \${#candidates} )); then
        if (( directive & 2 )); then
            _describe 'seldon-lifecycle' candidates -S ''
        else
            _describe 'seldon-lifecycle' candidates
        fi
    elif (( ! ( directive & 4 ) )); then
        _files
    fi
}
compdef _seldon_lifecycle_complete kubectl-seldon_lifecycle kubectl-seldon-lifecycle
# Loaded by zsh itself, from a file of its fpath, it is to complete at once.
if [ "$funcstack[1]" = "_kubectl-seldon_lifecycle" ]; then _seldon_lifecycle_complete; fi
`;

const fish = `\
# fish completion for kubectl-seldon_lifecycle
function __seldon_lifecycle_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    set -l current (commandline -ct)
    set -l answer ($program __complete $words "$current" 2>/dev/null)
    or return 1
    set -l directive (string replace -r '^:' '' -- $answer[-1])
    set -e answer[-1]
    # Values of --flag=VALUE are completed with the flag before them.
    set -l before (string match -r -- '^-.*=' "$current")
    if test (math "bitand($directive, 8)") -ne 0
        for ending in $answer
            __fish_complete_suffix .$ending
        end
    else if test (math "bitand($directive, 4)") -eq 0 -a (count $answer) -eq 0
        for file in (__fish_complete_path (string replace -r -- '^-.*=' '' "$current"))
            echo -- "$before$file"
        end
    else
        for candidate in $answer
            echo -- "$before$candidate"
        end
    end
end
for name in kubectl-seldon_lifecycle kubectl-seldon-lifecycle
    complete -c $name -e
    complete -c $name -f -a '(__seldon_lifecycle_complete)'
end
`;

const powershell = `\
# PowerShell completion for kubectl-seldon_lifecycle
Register-ArgumentCompleter -Native -CommandName 'kubectl-seldon_lifecycle', 'kubectl-seldon-lifecycle' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -le $cursorPosition } | ForEach-Object { $_.Extent.Text })
    $program = $words[0]
    $arguments = @($words | Select-Object -Skip 1)
    # Before 7.3, PowerShell hands no empty argument on.
    if ($wordToComplete -eq '') { $arguments += if ($PSVersionTable.PSVersion -lt [version]'7.3.0') { '""' } else { '' } }
    $answer = @(& $program __complete @arguments 2>$null)
    if ($LASTEXITCODE -ne 0 -or $answer.Count -eq 0) { return }
    $directive = [int]($answer[-1].TrimStart(':'))
    $before = if ($wordToComplete -match '^-[^=]*=') { $Matches[0] } else { '' }
    # With nothing to offer, PowerShell completes files by itself; an empty text keeps it from that.
    if (($directive -band 8) -ne 0) { return }
    if ($answer.Count -eq 1) { if (($directive -band 4) -ne 0) { '' }; return }
    $answer[0..($answer.Count - 2)] | ForEach-Object {
        $candidate, $description = $_ -split "\`t", 2
        if (-not $description) { $description = $candidate }
        [System.Management.Automation.CompletionResult]::new("$before$candidate", $candidate, 'ParameterValue', $description)
    }
}
`;

export const completionScripts = { bash, zsh, fish, powershell } as const;
