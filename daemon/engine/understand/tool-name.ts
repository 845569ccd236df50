/** The name of a tool in plain words, however it is joined. */

export type ToolName = {
  /** The server that offers the tool, when the name or the action says so. */
  readonly server: string | undefined;
  /** `sendEmail`, `send-email` and `mail.send_email` in lower case, with blanks between the words. */
  readonly words: string;
};

/** Clients put the server in front of the tool: `mcp__mail__sendEmail`. */
const WITH_SERVER = /^mcp__(.+?)__(.+)$/;

export function toolName(name: string, server?: string): ToolName {
  const [, inName, tool] = WITH_SERVER.exec(name) ?? [];
  return { server: server ?? inName, words: plainWords(tool ?? name) };
}

export function plainWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .replace(/[^A-Za-z\d]+/g, ' ')
    .trim()
    .toLowerCase();
}
