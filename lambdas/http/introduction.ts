/** What the reference begins with: what is true of every call. CommonMark. */
export const INTRODUCTION = `A cron service for HTTP calls: say when and what, and read what happened.

**Credentials.** Send \`Authorization: Bearer …\` with an access token of \`logIn\`, which opens everything and ends after 15 minutes, or with an
API key of \`createKey\`, which opens what its scopes say. Each call names the scope that it needs.

**Values.** JSON in UTF-8. Instants are ISO 8601 in UTC, \`2027-01-31T08:00:00Z\`. Durations say their unit in their name, but for \`timeout\`, which
is in milliseconds. Unknown fields are refused.

**Errors** are \`application/problem+json\` (RFC 9457): \`type\`, \`title\`, \`status\`, \`detail\`, \`requestId\` and, where fields are wrong, \`errors\`
with a pointer to each.

**Lists** take \`limit\` and \`cursor\`, and answer \`items\` and \`nextCursor\`, which is null on the last page.

**Changes.** A job has an \`ETag\`; sent back as \`If-Match\`, it keeps you from overwriting a change that you have not seen.`
