#!/usr/bin/env node
// The `countersign` command: finds the pinned Node and what it runs, the bundle or the sources. Any Node 12 or newer can read this file.
import childProcess from 'child_process';
import fs from 'fs';
import nodeModule from 'module';
import path from 'path';
import url from 'url';

import { COMPILED, bundled } from '../build/setup/program.js';

var here = path.dirname(fs.realpathSync(url.fileURLToPath(import.meta.url)));
var bundle = bundled('cli/main.js');
var main = bundle || path.join(here, 'main.ts');

function pinnedNode() {
  var folder = path.dirname(here);
  var candidates = [
    path.join(folder, 'node_modules', 'node', 'bin', 'node'),
    path.join(folder, 'node_modules', '.bin', 'node'),
    path.join(here, 'node'),
  ];
  for (var i = 0; i < candidates.length; i++) {
    if (fs.existsSync(candidates[i])) return candidates[i];
  }
  return undefined;
}

// 22.18 is the first that runs TypeScript as it is; the odd line in between got it with 23.6.
function runsTypeScript(version) {
  var parts = version.replace(/^v/, '').split('.');
  var major = Number(parts[0]);
  var minor = Number(parts[1]);
  return major >= 24 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18);
}

function fail(message) {
  process.stderr.write('countersign: ' + message + '\n');
  process.exitCode = 1;
}

// A signal typed at the terminal reaches both processes; one sent to this process alone is passed on.
function handOver(node) {
  var child = childProcess.spawn(node, [main].concat(process.argv.slice(2)), { stdio: 'inherit' });
  var typed = process.stdin.isTTY ? ['SIGINT', 'SIGQUIT'] : [];
  ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'].forEach(function (signal) {
    process.on(signal, function () {
      if (typed.indexOf(signal) < 0) child.kill(signal);
    });
  });
  child.on('error', function (error) {
    fail('the pinned Node does not start: ' + error.message);
  });
  child.on('exit', function (code, signal) {
    if (signal === null) return process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

var pinned = pinnedNode();
if (!fs.existsSync(path.join(here, '..', 'node_modules', 'zod'))) {
  fail('its modules are missing; run `npm install` in ' + path.dirname(here));
} else if (runsTypeScript(process.version)) {
  if (bundle !== undefined && nodeModule.enableCompileCache) nodeModule.enableCompileCache(COMPILED);
  import(url.pathToFileURL(main).href).then(
    function (module) {
      return module.runMain();
    },
    function (error) {
      fail(error.stack || String(error));
    },
  );
} else if (pinned !== undefined) {
  handOver(pinned);
} else {
  fail(
    'Node ' + process.version + ' is too old and the pinned one is missing; run `npm install` in ' + path.dirname(here),
  );
}
