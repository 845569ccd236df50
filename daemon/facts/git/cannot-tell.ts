/** What is read without git can be more than this code knows of; then git itself is asked. */

/** INVARIANT: never the answer to a question, only the reason to put it to git. */
export class CannotTell extends Error {
  override readonly name = 'CannotTell';
}
