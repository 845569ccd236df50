/** Settings of a client that are left alone, and why. */
export class Refusal extends Error {
  readonly path: string;

  constructor(path: string, why: string) {
    super(`\`${path}\` ${why}`);
    this.name = 'Refusal';
    this.path = path;
  }
}
