/** Programs that start programs. */
import type { Case } from '../compare.ts';

const REPOSITORY = `git init -q -b main .; echo one >f; git add f; git commit -q -m one;`;
const PYTHON = (source: string): string => `python3 -c '${source}'`;
const NODE = (source: string): string => `"${process.execPath}" -e '${source}'`;

export const CALLERS: readonly Case[] = [
  { name: 'itself', line: `probe run probe run probe run probe exit 9; echo $?` },
  { name: 'a tool in a tool in a shell', line: `inner -c 'probe run inner -c "probe exit 7; exit \\$?"'; echo $?` },
  { name: 'xargs', line: `seq 20 | xargs -n 3 probe see told; echo $?; seq 5 | xargs -I{} probe exit {}; echo $?` },
  { name: 'xargs at once', line: `seq 40 | xargs -P 8 -n 1 probe exit 0; echo $?` },
  {
    name: 'find',
    line: `touch a b c; find . -type f -exec probe exit 1 \\; -print; find . -name a -exec probe see told {} +; find . -execdir probe exit 0 \\; -print | sort`,
  },
  { name: 'env', line: `env A=b probe see; env -u A probe exit 4; echo $?` },
  {
    name: 'timeout',
    line: `timeout 20 probe exit 3; echo $?; timeout 0.2 probe wait; echo $?; timeout -s KILL 0.2 probe wait; echo $?`,
  },
  { name: 'nice and nohup', line: `nice nohup probe see` },
  { name: 'stdbuf', line: `stdbuf -o0 probe see | sed 's/^variable LD_PRELOAD.*//'`, needs: ['stdbuf'] },
  { name: 'script', line: `script -qec 'probe exit 6' /dev/null </dev/null; echo $?`, needs: ['script'] },
  {
    name: 'a terminal',
    line: `script -qec 'probe see told' /dev/null </dev/null >/dev/null; cat told | tr -d '\\r'`,
    needs: ['script'],
  },
  {
    name: 'make',
    line: `printf 'all:\\n\\tprobe exit 0\\n\\t-probe exit 3\\n\\t$(MAKE) -s inner\\ninner:\\n\\tprobe run echo in\\n\\tprobe exit 5\\n' >Makefile; make; echo $?`,
    needs: ['make'],
  },
  {
    name: 'make at once',
    line: `printf 'all: 1 2 3 4\\n%%:\\n\\t@probe exit 0; echo $@ >$@\\n' >Makefile; make -s -j4; echo $?`,
    needs: ['make'],
  },
  {
    name: 'npm',
    line: `echo '{"scripts":{"go":"probe exit 3","pre":"probe run echo x"}}' >package.json; npm --offline --no-update-notifier -s run pre; npm --offline --no-update-notifier -s run go; echo $?`,
    needs: ['npm'],
  },
  {
    name: 'python run',
    line: PYTHON(
      `import subprocess as s; print(s.run(["probe","exit","7"]).returncode, s.run("probe signal 9", shell=True).returncode, s.run(["probe","signal","15"]).returncode)`,
    ),
    needs: ['python3'],
  },
  {
    name: 'python pipes',
    line: PYTHON(
      `import subprocess as s; p=s.Popen(["probe","copy"],stdin=s.PIPE,stdout=s.PIPE); print(len(p.communicate(b"x"*3000000)[0]), p.returncode)`,
    ),
    needs: ['python3'],
  },
  {
    name: 'python in another session',
    line: PYTHON(
      `import subprocess as s; print(s.run(["probe","see"],start_new_session=True,close_fds=True,stdout=s.PIPE).stdout.decode())`,
    ),
    needs: ['python3'],
  },
  {
    name: 'python posix_spawn',
    line: PYTHON(
      `import os; p=os.posix_spawnp("probe",["probe","exit","5"],os.environ); print(os.waitstatus_to_exitcode(os.waitpid(p,0)[1]))`,
    ),
    needs: ['python3'],
  },
  { name: 'python exec', line: PYTHON(`import os; os.execlp("probe","other name","see")`), needs: ['python3'] },
  {
    name: 'node spawn',
    line: NODE(`require("child_process").spawn("probe",["see"],{stdio:"inherit"}).on("exit",(c,s)=>console.log(c,s))`),
  },
  { name: 'node exec', line: NODE(`require("child_process").exec("probe exit 6",(e,o)=>console.log(e.code,o))`) },
  {
    name: 'node spawnSync',
    line: NODE(
      `const r=require("child_process").spawnSync("probe",["copy"],{input:"in"});console.log(r.status,r.stdout.toString())`,
    ),
  },
  {
    name: 'node detached',
    line: NODE(
      `require("child_process").spawn("probe",["see"],{stdio:"inherit",detached:true}).on("exit",(c,s)=>console.log(c,s))`,
    ),
  },
  {
    name: 'node killed',
    line: NODE(
      `const c=require("child_process").spawn("probe",["wait"]);c.stdout.once("data",()=>c.kill("SIGTERM"));c.on("exit",(c,s)=>console.log(c,s))`,
    ),
  },
  {
    name: 'node aborted',
    line: NODE(`require("child_process").execFile("probe",["wait"],{timeout:300},(e)=>console.log(e.killed,e.signal))`),
  },
  {
    name: 'perl',
    line: `perl -e 'system("probe","exit",3); print $?>>8, "\\n"; print \`probe copy <<<in\`; exec {"probe"} "odd","see"'`,
    needs: ['perl'],
  },
  { name: 'posix_spawn', line: `launch +way=1 probe see` },
  { name: 'vfork', line: `launch +way=2 probe see` },
  { name: 'fork', line: `launch +way=3 probe see; launch +way=3 probe exit 300` },
  {
    name: 'sudo',
    line: `sudo -n env "PATH=$PATH" probe see`,
    allowed: 'sudo -n true',
    needs: ['sudo'],
    rootOnly: true,
  },
  {
    name: 'sudo with its own PATH',
    line: `sudo -n factor 12; echo $?`,
    allowed: 'sudo -n true',
    needs: ['sudo'],
    rootOnly: true,
    asks: false,
  },
  {
    name: 'git',
    line: `${REPOSITORY} git status --short; git log --format=%H; git diff --stat; git nonsense; echo $?`,
  },
  {
    name: 'a git alias',
    line: `${REPOSITORY} git config alias.go '!probe exit 7'; git go; echo $?; git config alias.st 'status --short'; git st; git config alias.again '!git log --oneline'; git again`,
  },
  {
    name: 'git hooks',
    line: `${REPOSITORY} printf '#!/bin/sh\\ngit status --short\\nprobe exit 4\\necho hook $?\\nexit 1\\n' >.git/hooks/pre-commit; chmod +x .git/hooks/pre-commit; echo two >f; git commit -qam two; echo $?; git commit -qnam two; echo $?`,
  },
  {
    name: 'the editor of git',
    line: `${REPOSITORY} echo two >f; GIT_EDITOR='probe exit 1 #' git commit -a; echo $?; GIT_EDITOR='inner -c "echo text >\\$1" x' git commit -qa; git log --format=%s`,
  },
  {
    name: 'the pager of git',
    line: `${REPOSITORY} git -c core.pager='probe copy' -p log --format=%s; GIT_PAGER='probe exit 3' git -p log; echo $?`,
  },
  { name: 'the ssh of git', line: `GIT_SSH_COMMAND='probe exit 3' git ls-remote ssh://host/repository; echo $?` },
  {
    name: 'git over pipes',
    line: `${REPOSITORY} git clone -q . copy; cd copy; git log --format=%s; git bundle create -q ../b main; git fetch -q ../b main; echo $?`,
  },
  {
    name: 'git in many steps',
    line: `${REPOSITORY} for i in {1..5}; do echo $i >>f; git commit -qam $i; done; git rebase -q --exec 'probe exit 0' HEAD~3; git log --oneline`,
  },
];
