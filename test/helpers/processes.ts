/** A process tree that a test grows and prunes. */
import type { ProcessInfo, ProcessTable } from '../../daemon/identity/process-table.ts';

export type TestProcesses = ProcessTable & {
  add(pid: number, parentPid: number, over?: Partial<ProcessInfo> & { env?: readonly string[] }): void;
  remove(pid: number): void;
};

export function testProcesses(): TestProcesses {
  const processes = new Map<number, ProcessInfo>();
  const environments = new Map<number, readonly string[]>();
  return {
    read: (pid) => processes.get(pid),
    list: () => [...processes.keys()],
    hasEnvironment: (pid, name) => environments.get(pid)?.includes(name) ?? false,
    add(pid, parentPid, { env = [], ...over } = {}) {
      processes.set(pid, { pid, parentPid, kernelSession: 1, startTime: String(pid * 10), ...over });
      environments.set(pid, env);
    },
    remove(pid) {
      processes.delete(pid);
    },
  };
}
