/** `io.jwt.decode` of Rego: the parts of a token, not whether anybody signed it. */

/** `[header, payload, signature as hex]`. */
export function decodeJwt(token: unknown): unknown {
  const parts = typeof token === 'string' ? token.split('.') : [];
  const [head, body, signature] = parts.map(bytesOf);
  if (parts.length !== 3 || head === undefined || body === undefined || signature === undefined) return undefined;
  const [header, payload] = [objectOf(head), objectOf(body)];
  // An encrypted token tells nothing.
  if (header === undefined || payload === undefined || 'enc' in header) return undefined;
  return [header, payload, signature.toString('hex')];
}

function bytesOf(part: string): Buffer | undefined {
  return /^[\w-]*$/.test(part) ? Buffer.from(part, 'base64url') : undefined;
}

function objectOf(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    // No JSON: undefined, as OPA answers.
    return undefined;
  }
}
