// Loaded into a daemon by a test: on a signal something fails that nobody catches.
process.on('SIGUSR2', () => {
  const cause = new Error(`while sending ${process.env.PLANTED}`);
  void Promise.reject(new Error(`no answer from https://ann:${process.env.PLANTED}@example.org`, { cause }));
});
process.on('SIGPROF', () => {
  throw new TypeError(`cannot read ${process.env.PLANTED}`);
});
