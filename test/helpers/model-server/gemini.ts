/** Gemini `generateContent` and `streamGenerateContent`. */
import type { Protocol } from './protocol.ts';
import { fieldsIn, listIn, type Fields, type Reply } from './script.ts';

const PATH = /^\/v1(?:beta|alpha)?\/models\/([^/:]+):(\w+)/;
const USAGE = { promptTokenCount: 10, candidatesTokenCount: 10, totalTokenCount: 20 };

export const gemini: Protocol = {
  takes: (path) => PATH.test(path),
  aside: (path) => (PATH.exec(path)?.[2] === 'countTokens' ? { totalTokens: 10 } : undefined),
  read: (path, body) => ({
    path,
    model: PATH.exec(path)?.[1] ?? '',
    isStreamed: PATH.exec(path)?.[2] === 'streamGenerateContent',
    tools: listIn(body, 'tools')
      .flatMap((tool) => listIn(tool, 'functionDeclarations'))
      .map((tool) => ({ name: String(tool['name']), schema: schemaOf(tool) })),
    results: listIn(body, 'contents')
      .flatMap((content) => listIn(content, 'parts'))
      .map((part) => fieldsIn(part, 'functionResponse'))
      .filter((response) => 'name' in response)
      .map((response) => ({ id: String(response['id']), text: JSON.stringify(response['response']) })),
  }),
  plain: content,
  stream: (reply, model) => [{ data: content(reply, model) }],
};

function schemaOf(tool: Fields): Fields {
  return fieldsIn(tool, 'parametersJsonSchema' in tool ? 'parametersJsonSchema' : 'parameters');
}

function content({ text, call }: Reply, modelVersion: string): Fields {
  const parts = [
    ...(text === '' ? [] : [{ text }]),
    ...(call === undefined ? [] : [{ functionCall: { id: call.id, name: call.name, args: call.args } }]),
  ];
  const candidate = { index: 0, content: { role: 'model', parts }, finishReason: 'STOP' };
  return { responseId: 'r1', modelVersion, candidates: [candidate], usageMetadata: USAGE };
}
