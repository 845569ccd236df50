/** Makes orphans of the guarded command children of this process, so that a double fork does not escape the run. */

const PR_SET_CHILD_SUBREAPER = 36;

/** Linux only; elsewhere descendants are recognised by pid and start time alone. */
export async function becomeSubreaper(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  const { default: koffi } = await import('koffi');
  const prctl = koffi.load(null).func('int prctl(int, unsigned long, unsigned long, unsigned long, unsigned long)');
  return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) === 0;
}
