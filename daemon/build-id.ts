/** Names the bundle this code is part of; undefined when it runs from source, where any file may change beside another. */

declare const COUNTERSIGN_BUILD: string;

export const BUILD_ID: string | undefined = typeof COUNTERSIGN_BUILD === 'undefined' ? undefined : COUNTERSIGN_BUILD;
