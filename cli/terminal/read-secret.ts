/** Reads a line from the terminal without showing it. */

/** Ctrl-C at a question. */
export class Interrupted extends Error {
  constructor() {
    super('interrupted');
    this.name = 'Interrupted';
  }
}

const END_OF_TEXT = '\u0003';
const END_OF_TRANSMISSION = '\u0004';
const ERASE_LINE = '\u0015';

export type SecretTerminal = { readonly stdin: NodeJS.ReadStream; readonly stderr: NodeJS.WriteStream };

/** The question goes to standard error, so that output stays clean. Throws {@link Interrupted} on Ctrl-C. */
export async function readSecret(question: string, { stdin, stderr }: SecretTerminal): Promise<string> {
  const wasRaw = stdin.isRaw;
  // Before the question: whoever types at once must not see it either.
  stdin.setRawMode(true);
  stderr.write(question);
  stdin.setEncoding('utf8');
  stdin.resume();
  try {
    return await readLine(stdin);
  } finally {
    stdin.setRawMode(wasRaw);
    stdin.pause();
    stderr.write('\n');
  }
}

function readLine(stdin: NodeJS.ReadStream): Promise<string> {
  return new Promise((resolve, reject) => {
    let characters: string[] = [];
    const stop = (): void => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
    };
    const onEnd = (): void => {
      stop();
      reject(new Interrupted());
    };
    const onData = (text: string): void => {
      for (const character of text) {
        if (character === '\r' || character === '\n' || character === END_OF_TRANSMISSION) {
          stop();
          return resolve(characters.join(''));
        }
        if (character === END_OF_TEXT) return onEnd();
        if (character === ERASE_LINE) characters = [];
        else if (character === '\u007f' || character === '\b') characters.pop();
        else characters.push(character);
      }
    };
    stdin.on('data', onData);
    stdin.on('end', onEnd);
  });
}
