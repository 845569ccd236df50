/* The clients, and the texts that each of them obeys: `daemon/hooks/` for the case that no daemon answers. */
#include "hook-form.h"

#include <string.h>

#define MAX_EVENTS 5

struct client {
  const char *name;
  int timeout_ms;
  /* What can be kept from running; a hook for anything else is told nothing. */
  const char *asks[MAX_EVENTS + 1];
  /* The pieces between which the reason stands, as a JSON string. */
  const char *deny[4];
  const char *allow;
};

#define CLAUDE_DENY                                                                                          \
  "{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\",\"permissionDecisionReason\":"
#define PLUGIN_DENY "{\"v\":1,\"verdict\":\"deny\",\"reason\":"
#define PLUGIN_ALLOW "{\"v\":1,\"verdict\":\"allow\"}\n"

static const struct client CLIENTS[] = {
    {"claude-code", 600000, {"PreToolUse"}, {CLAUDE_DENY, "}}\n"}, ""},
    {"codex", 600000, {"PreToolUse"}, {CLAUDE_DENY, "}}\n"}, ""},
    {"gemini-cli", 60000, {"BeforeTool"}, {"{\"decision\":\"deny\",\"reason\":", "}\n"}, ""},
    /* Which of its two dialects it speaks is known by the event alone, so a denial says it in both. */
    {"copilot-cli", 30000, {"preToolUse", "PreToolUse"},
     {"{\"permissionDecision\":\"deny\",\"permissionDecisionReason\":",
      ",\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\",\"permissionDecisionReason\":",
      "}}\n"}, ""},
    {"opencode", 600000, {"tool.execute.before"}, {PLUGIN_DENY, "}\n"}, PLUGIN_ALLOW},
    {"openclaw", 15000, {"before_tool_call"}, {PLUGIN_DENY, "}\n"}, PLUGIN_ALLOW},
    {"cursor", 60000,
     {"beforeShellExecution", "beforeMCPExecution", "beforeReadFile", "preToolUse", "PreToolUse"},
     {"{\"permission\":\"deny\",\"user_message\":", ",\"agent_message\":", "}\n"},
     "{\"permission\":\"allow\"}\n"},
};

const struct client *client_named(const char *name) {
  for (size_t i = 0; i < sizeof CLIENTS / sizeof *CLIENTS; i++)
    if (strcmp(CLIENTS[i].name, name) == 0) return &CLIENTS[i];
  return NULL;
}

const char *client_name(const struct client *client) { return client->name; }

int client_timeout_ms(const struct client *client) { return client->timeout_ms; }

bool client_asks(const struct client *client, const char *event) {
  if (event == NULL) return true;
  for (const char *const *at = client->asks; *at != NULL; at++)
    if (strcmp(*at, event) == 0) return true;
  return false;
}

/* Copilot's dialects by the name of the event; both where nobody says it. */
static const char *const OWN_DENY[] = {"{\"permissionDecision\":\"deny\",\"permissionDecisionReason\":", "}\n", NULL};

static const char *const *pieces_of(const struct client *client, const char *event) {
  if (event == NULL || strcmp(client->name, "copilot-cli") != 0) return client->deny;
  return strcmp(event, "preToolUse") == 0 ? OWN_DENY : CLIENTS[0].deny;
}

void client_deny(struct buffer *out, const struct client *client, const char *event, const char *reason) {
  const char *const *first = pieces_of(client, event);
  for (const char *const *piece = first; *piece != NULL; piece++) {
    if (piece != first) json_string(out, reason, strlen(reason));
    buffer_text(out, *piece);
  }
}

const char *client_allow(const struct client *client) { return client->allow; }
