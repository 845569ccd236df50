/** The pages that print one table of the protocol each. */
import { ERRORS } from '../../protocol/errors.ts';
import { TRACE_EVENTS } from '../../protocol/trace.ts';
import { code, page, table } from './markdown.ts';

export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(([name, { meaning, status, hint }]) => [
    code(name),
    meaning,
    String(status),
    hint,
  ]);
  return page(
    'Errors',
    'Every refusal and failure carries one of these codes. Programs match the code, never the text. Over HTTP it is a ' +
      'problem document ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) of type `urn:countersign:error:CODE`.',
    table(['code', 'meaning', 'HTTP', 'what to do'], rows),
  );
}

export function eventsPage(): string {
  const rows = Object.entries(TRACE_EVENTS).map(([name, meaning]) => [code(name), meaning]);
  return page('Trace events', 'Every kind of frame that the trace can hold.', table(['event', 'meaning'], rows));
}
