/** Schema 2: lines know what waits to be looked at afterwards. Frozen. */
export const review = `
ALTER TABLE lines ADD COLUMN review TEXT;
CREATE INDEX lines_review ON lines (seq) WHERE review = 'waiting';
`;
