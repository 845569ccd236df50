/** Behaviours promised by engine. */
export const engine = {
  'judge:recovery': 'what would be lost is measured, and of several targets the worst counts',
  'judge:dynamic-place':
    'a name with a variable, a pattern or another machine in it lies where its spelling proves, and nowhere more harmless',
  'judge:workspace':
    'infrastructure is changed in the workspace that the folder selects, and in an unknown one if nobody can look',
  'judge:fetched':
    'code that a session fetched from somebody the workspace has nothing to do with is asked about before it runs, and data is not',
  'judge:guard': 'a change whose target turns out to be Countersign itself is an effect of its own',
  'judge:alike':
    'what is said alike of many steps is said once, with how many; every cause remains and the score with it',
  'judge:points-add-up': 'the points of a score add up to it',
  'judge:less-information': 'a fact that is missing or unknown never lowers a score',
  'judge:deterministic': 'the same effects, facts and policy give the same bytes',
  'judge:every-effect': 'every effect that changes something is known to the default policy',
  'judge:strictest-verdict': 'deny wins over escalate, escalate over a rewrite, a rewrite over the score',
  'judge:denied-stays-denied': 'what was denied in a session stays denied however it is spelled',
  'judge:denial-remembered': 'a denial remembers every destructive effect with each of its targets',
  'judge:followed': 'where a symlink is followed, what it points to is measured',
  'judge:believed': 'nothing to lose is only believed of a name that is text, below a working directory that is there',
  'judge:assess-needs': 'facts that are missing are asked for, and named as unknown when there is no more looking',
  'judge:assess-opaque': 'an action whose understanding fails is opaque and never allowed by itself',
  'catalog:read-asks-nothing': 'a call that only reads asks for no fact',
  'catalog:guard': 'deciding, weakening, stopping or removing Countersign is tampering; looking at it is not',
  'catalog:guard-processes':
    'stopping the daemon or its helpers by number is tampering, as a group or with everybody too',
  'catalog:picked-processes':
    'processes whose ids are picked out of a listing are named, those that are left out are not',
  'catalog:package-indexes': 'packages out of an index that not everybody uses come from an address',
  'catalog:secret-patterns':
    'a pattern that may match a file of secrets counts as that file, one that matches everything does not',
  'catalog:agent-settings': 'writing what an agent starts or asks before is arranging for code to run',
  'catalog:database-addresses':
    'an address of a database that only running knows is nobody knows whose; one in a variable counts',
  'judge:workspace-selected': 'a workspace that the same action selects in that folder is the one that is changed',
  'judge:patterns-many': 'of thousands of patterns a bounded number is looked at, and the rest counts as unseen',
  'understand:typed-keys': 'keys typed into another terminal are the line they make there, and half a line is opaque',
  'understand:printed-file': 'a file of the project that is piped into its interpreter is that script',
  'catalog:guard-many': 'own files are found among thousands of words, and what no look can follow is opaque',
  'catalog:remote-paths': 'paths on another machine are never looked at here',
  'catalog:redirects': 'a redirection has effects of its own, whatever the program is',
  'catalog:push-branch': 'a push is to the branch everyone builds on, to another one, or nobody knows',
  'catalog:git-clean': 'git clean is judged by what it would remove',
  'catalog:git-clean-rules':
    'with ignore rules that were not looked at, git clean may take all that git does not track',
  'catalog:dropped-branches': 'deleting branches counts the commits that nothing else names',
  'catalog:dropped-branches-stale':
    'what was known of branches does not count once the same action commits, merges, renames, prunes or deletes',
  'judge:lost-names': 'the sentence names the first files or commits that would be lost, and how many more',
  'judge:named-tools': 'the sentence about a call of an unknown tool names the tool',
  'judge:scratch':
    'what mktemp made is known to be empty, as long as its whole name is used and nothing was moved there',
  'understand:traps':
    'a handler is judged with what it knows when it is set, and what may be different when it runs is unknown',
  'catalog:own-commits': 'a forced push with a lease tells when all it drops was made in this work tree',
  'catalog:git-records': 'writing to the records of a repository without git rewrites its history',
  'catalog:lost-commits': 'a forced push counts the commits it takes off the remote',
  'catalog:moved-branches':
    'a branch that is put somewhere else loses what nothing else names, as far as facts tell; else that is unknown',
  'catalog:work-tree':
    'a linked work tree that git removes unforced, with nothing of its own in it, is checked out again',
  'catalog:checkout-path': 'git checkout NAME discards changes when NAME is a file and not otherwise',
  'catalog:tools': 'a tool is judged by the words of its name however they are joined',
  'catalog:tool-meaning':
    'a tool of any server has the effects that its name and arguments speak of, with how many and how much',
  'catalog:tool-rehearsal': 'a rehearsal of a tool counts only when its schema says that it takes one',
  'catalog:tools-total': 'no name and no arguments make the catalog throw or say what the protocol does not know',
  'catalog:tool-nesting': 'arguments of a tool are found where they are nested, to a bounded depth',
  'catalog:clients':
    'of the clients of clouds, clusters, databases, stores and systems the harmless and the harmful calls are told apart',
  'catalog:families':
    'of each family of programs the harmless calls, the harmful ones and their odd spellings are told apart',
  'catalog:environment-secrets': 'picking secrets out of the environment reads them',
  'catalog:sockets': 'what a program ties a connection to decides what the connection means',
  'catalog:sockets-fed': 'what is piped into a connection is sent',
  'catalog:http-services': 'a request to a known service does there what its method, path and body say',
  'catalog:http-socket': 'a changing request to the socket of a container daemon rules the machine',
  'catalog:http': 'an HTTP request is judged by its method',
  'catalog:sql': 'an SQL action has the effects of its statements',
  'catalog:dynamic-verb': 'a subcommand only known at run time is opaque',
  'catalog:senders': 'a program whose purpose is to hand files to others sends what it is given',
  'catalog:handed-secrets':
    'a file of secrets that a program nobody knows is handed counts as read, unless it is to prove who it is with it',
  'catalog:outputs':
    'a file into which a program puts its result is written over, by whatever option or place it is named, and what was there is saved first',
  'catalog:cleaned-outputs': 'a folder that a build is told to empty is deleted like any other',
  'catalog:total': 'no command line makes the catalog throw',
  'catalog:option-order': 'options mean the same wherever they stand',
  'catalog:dry-run': 'a dry run has the effects of the real call, marked as rehearsed',
  'sql:classified': 'SQL is classified by a real parser of its dialect',
  'sql:feared': 'SQL that cannot be parsed counts as the worst it speaks of',
  'judge:earlier-arrivals':
    'content that an earlier step of an action moves or mounts somewhere is lost with what takes that place',
  'judge:earlier-quiet': 'earlier steps that bring nothing that could be lost change no score',
  'judge:earlier-selections':
    'a cluster, project or stack that an earlier step selects is the one that later steps work on',
  'judge:moved-away':
    'moving work that nothing brings back to a temporary folder, or into one that is built again, is asked about',
  'judge:parked-work': 'work that the session moved into a folder that is built again is missed when that folder goes',
  'judge:earlier-never-lowers':
    'no step before makes a later one look less grave, and neither does knowing less of both',
  'judge:earlier-git': 'what git would do is judged as it is after the git commands that come before',
  'sql:by-key': 'a condition on the value of a key names its rows, any other does not',
  'sql:additive': 'what only makes something new is told from what changes something there',
  'sql:unparseable': 'SQL that cannot be parsed is opaque, never harmless',
  'sql:meta-commands': 'commands of database prompts that leave the database are opaque',
  'sql:standard-input': 'SQL from a heredoc or a known pipe is read; from an unknown pipe it is opaque',
  'understand:shell': 'shell source becomes the commands it runs, with static words resolved and the rest marked',
  'understand:opaque': 'what cannot be followed is opaque, and what can be followed is not',
  'understand:wrappers': 'wrappers are peeled off to any depth',
  'understand:wrapper-files': 'files that a wrapper writes itself are written like those of a redirection',
  'understand:carriers': 'a command given to a client of other machines or environments is followed there',
  'understand:unknown-program': 'a whole command behind a program nobody knows is followed, a lone name is not',
  'understand:statements': 'a statement of a database where a shell stands is one of its client',
  'understand:option-variables': 'options that a program takes out of a variable count like those of its command line',
  'understand:git-settings': 'settings of git are read wherever they stand, and the commands in them are followed once',
  'understand:named-files': 'a file that an option, a setting or a variable starts is opaque unless the system owns it',
  'understand:sent-output': 'output spelled into an address or a name that is looked up is sent',
  'understand:piped': 'static text piped into a shell is read, anything else piped into one is opaque',
  'understand:scripts': 'scripts, recipes and aliases are read and followed, unless an earlier step changed them',
  'understand:tools': 'a tool that is a shell is read as one, any other call is one operation',
  'understand:powershell':
    'PowerShell is read statement by statement, with its aliases, pipelines, blocks and shortened parameters',
  'understand:cmd': 'commands of cmd.exe are read one after the other, with carets, conditions, loops and redirections',
  'understand:tools-that-run': 'a tool of an agent or of a server that runs commands or source is read like a terminal',
  'understand:interpreters': 'one-liners of interpreters are read for commands, files and hidden code',
  'understand:fed':
    'what reads its commands from a copied descriptor, a variable or somebody at a socket is not let through',
  'understand:skipped-hooks': 'git without its hooks is told from git with them',
  'understand:endless': 'a loop that starts processes without end is opaque, one that waits or pauses is not',
  'understand:static-text': 'paths that a program puts together from known pieces are known',
  'understand:computed-calls': 'a command or a function that a one-liner computes is opaque',
  'understand:clients': 'what a program tells a database or a service through a client is judged by what it says',
  'understand:shown-variables': 'printing every variable reads the secrets among them, printing some does not',
  'understand:environment':
    'variables that make a program run, load or change something count as if they were written in the command, and ordinary ones cost nothing',
  'understand:build-tools':
    'a file of the project that a variable or a setting puts in the place of a compiler, a shell or a program of the system is opaque, and an ordinary tool is not',
  'understand:calculated':
    'commands in text that a shell calculates, expands once more or runs at its prompt are found',
  'understand:folder': 'what runs after a cd that may have failed is judged where it then runs',
  'understand:starters':
    'a command given to an editor, a pager, a terminal, a debugger or a package runner is read like any other',
  'understand:hidden': 'commands, files and secrets in subscripts, scripts and options are found',
  'understand:total': 'every action gets an answer, and the same one each time',
  'understand:failed-look': 'code that nobody could look at in time is opaque',
  'understand:limits': 'input beyond a limit is opaque and what came before is still shown',
  'judge:surroundings':
    'deleting what is mounted, or what belongs to another user, is asked about unless it can be rebuilt',
  'judge:strangers':
    'data for a host that nothing in the workspace names weighs more once a session read from the network',
  'understand:taskfile': 'the commands of a task of a Taskfile are followed, with the tasks it needs',
} as const;
