/** What a person writes to say what holds: the settings, the policies and the bundle that the settings name. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { z } from 'zod';

import type { PolicySources } from '../../protocol/policy-edit.ts';
import { digestOf as configDigest, readConfigText } from '../config/config-in-force.ts';
import { followContent } from '../config/followed-files.ts';
import { parseConfig } from '../config/parse.ts';
import { orgSources } from '../policy/built-in.ts';
import { policyDigest } from '../policy/digest.ts';
import { readPolicyFolder } from '../policy/folder.ts';
import { parsePolicyFile } from '../policy/parse-file.ts';
import { readBundle, sha256 } from '../policy/rego/settings.ts';

export type SourcePlaces = { readonly config: string; readonly policies: string };

/** As they are kept aside; the digest of them is what a person accepts. */
export const Sources = z.object({
  config: z.string().nullable(),
  policies: z.array(z.object({ layer: z.enum(['user', 'org']), file: z.string(), text: z.string() })),
  bundle: z.object({ file: z.string(), base64: z.string() }).nullable(),
});
export type Sources = z.infer<typeof Sources>;

export const NO_SOURCES: Sources = { config: null, policies: [], bundle: null };

type Part = keyof Sources;

/** What lies there, read once: what is judged, shown and taken is this and never what lies there a moment later. */
export type Found = {
  readonly sources: Sources;
  /** Why a part cannot be read, in words; it is then as it was before. */
  readonly faults: Readonly<Partial<Record<Part, string>>>;
};

/** A save is over sooner than this; whoever is told of edits looks again a little later. */
const SETTLE_MS = 30;

export type FollowSources = (before: Sources) => Found | undefined;

/** What lies there once anything of it changed and has settled. */
export function followSources(places: SourcePlaces): FollowSources {
  const { config, policies } = places;
  const names = (): string[] => (existsSync(policies) ? readdirSync(policies) : []);
  const follow = followContent(() => [config, policies, ...names().map((name) => join(policies, name))], SETTLE_MS);
  return (before) => follow(() => readSources(places, before));
}

/** Never throws. */
export function readSources(places: SourcePlaces, before: Sources): Found {
  const faults: Partial<Record<Part, string>> = {};
  const attempt = <P extends Part>(part: P, read: () => Sources[P], words = plainWords): Sources[P] => {
    try {
      return read();
    } catch (error) {
      faults[part] = words(error);
      return before[part];
    }
  };
  const config = attempt('config', () => readConfigText(places.config));
  const policies = attempt('policies', () => readPolicies(places.policies), (error) => policyWords(places.policies, error)); // prettier-ignore
  const bundle = attempt('bundle', () => readNamedBundle(places.policies, bundleOf(config) ?? bundleOf(before.config)));
  return { sources: { config, policies, bundle }, faults };
}

function readPolicies(folder: string): Sources['policies'] {
  const user = readPolicyFolder(folder, 'user').map(({ file, text }) => ({ layer: 'user' as const, file, text }));
  return [...(writesOrg() ? orgSources().map((one) => ({ ...one, layer: 'org' as const })) : []), ...user];
}

/** INVARIANT: what whoever is guarded may write is never applied unseen, and an administrator writes everywhere. */
export function writesOrg(): boolean {
  return process.getuid?.() === 0;
}

/** `undefined` for settings that do not load. */
function bundleOf(config: string | null): string | null | undefined {
  if (config === null) return null;
  const parsed = parseConfig(config);
  return parsed.ok ? parsed.config.rego.bundle : undefined;
}

function readNamedBundle(folder: string, name: string | null | undefined): Sources['bundle'] {
  if (name === null || name === undefined) return null;
  return { file: name, base64: readBundle(join(folder, name)).toString('base64') };
}

function plainWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function policyWords(folder: string, error: unknown): string {
  return existsSync(folder)
    ? `the policies cannot be read: ${plainWords(error)}`
    : `\`${folder}\` is missing, so the last policies stay in force; put it back, or make an empty folder for none`;
}

/** The same for the very same texts. */
export function digestOf({ sources, faults }: Found): string {
  const { config, policies, bundle } = sources;
  const texts = policies.map(({ layer, file, text }) => [layer, basename(file), text]);
  const binary = bundle === null ? null : [bundle.file, sha256(Buffer.from(bundle.base64, 'base64'))];
  const words = [faults.config, faults.policies, faults.bundle];
  return createHash('sha256').update(JSON.stringify(['countersign sources v1', config, texts, binary, words.map((text) => text ?? null)])).digest('hex'); // prettier-ignore
}

/** The same for texts that say the same: a comment changes nothing. */
export function meaningOf(found: Found): string {
  const { config, policies, bundle } = found.sources;
  const parsed = parseConfig(config ?? '');
  const files = policies.map((source) => ({ source, content: parsePolicyFile(source).file?.content }));
  const isWhole = Object.keys(found.faults).length === 0 && parsed.ok;
  if (!isWhole || files.some(({ content }) => content === undefined)) return digestOf(found);
  const rules = policyDigest(files.flatMap(({ source: { layer }, content }) => (content === undefined ? [] : [{ layer, content }]))); // prettier-ignore
  return JSON.stringify([configDigest(parsed.config), rules, bundle && sha256(bundle.base64)]);
}

/** The files that differ, as a person knows them. */
export function changedFiles(places: SourcePlaces, from: Sources, { sources: to, faults }: Found): string[] {
  const policies = new Map([...from.policies, ...to.policies].map(({ file }) => [file, true]));
  const textOf = ({ policies: all }: Sources, file: string): string | undefined =>
    all.find((one) => one.file === file)?.text;
  const bundle = to.bundle ?? from.bundle;
  return [
    ...(from.config !== to.config || faults.config !== undefined ? [places.config] : []),
    ...[...policies.keys()].filter((file) => textOf(from, file) !== textOf(to, file)),
    ...(faults.policies === undefined ? [] : [places.policies]),
    ...(bundle !== null && from.bundle?.base64 !== to.bundle?.base64 ? [join(places.policies, bundle.file)] : []),
  ];
}

/** As a person is shown them; what is compiled is named by its digest. */
export function shownSources({ config, policies, bundle }: Sources): PolicySources {
  return { config, policies, bundle: bundle && { file: bundle.file, digest: sha256(Buffer.from(bundle.base64, 'base64')) } }; // prettier-ignore
}
