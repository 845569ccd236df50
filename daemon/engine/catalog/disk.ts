/** Block devices, partitions, volumes, file systems. */
import { overwrittenFrom } from './emptying.ts';
import { followedPath } from '../belief.ts';
import type { Word } from '../types.ts';
import type { Call, Catalog, Rule } from './entry.ts';
import { does, draft, flag, has, not, nothing, operandText, secretEffects, when } from './rules.ts';
import { asPath, operands } from './targets.ts';
import { isBlockDevice, writeEffects } from './writes.ts';

const device = operands('device');
const wipes: Rule = does('disk.write', device, { overwrite: true, force: flag('f', 'F', 'force') });

/** A file may hold the image of a disk. Only a look tells: a link outside `/dev` leads to a device as well. */
function isImage(call: Call, word: Word): boolean {
  const { name, dynamic } = asPath(call, word);
  if (dynamic === true || !name.startsWith('/') || isBlockDevice(name) || call.operation.remote !== undefined) return false; // prettier-ignore
  const answer = call.context.lookup.ask({ kind: 'path', path: followedPath(name) });
  return answer.kind === 'known' && answer.data.type === 'file';
}

/** Makes a file system, in a file or on a disk. */
const formats: Rule = (call) => {
  const images = call.args.operands.filter((word) => isImage(call, word));
  if (images.length === 0) return wipes(call);
  const disks = call.args.operands.filter((word) => !images.includes(word) && !/^\d+[kKmMgG]?$/.test(word.text));
  return [
    ...writeEffects(images.map((word) => asPath(call, word)), { overwrite: true }),
    ...(disks.length > 0 ? wipes({ ...call, args: { ...call.args, operands: disks } }) : []),
  ]; // prettier-ignore
};

/** Reading a partition table anew concerns the disks of the machine, not an image. */
const rereads: Rule = (call) => {
  const found = call.args.operands.filter(({ text, dynamic }) => dynamic || isBlockDevice(text));
  return found.length > 0 || call.args.operands.length === 0 ? does('system.change', device)(call) : [];
};

/** `dd if=… of=…`. */
const copiesBlocks: Rule = (call) => {
  const of = (name: string): string | undefined =>
    call.args.operands.find((word) => word.text.startsWith(`${name}=`))?.text.slice(name.length + 1);
  const dynamic = call.operation.dynamic;
  const path = (text: string | undefined) => (text === undefined ? [] : [asPath(call, { text, dynamic: dynamic && text.includes('$'), glob: false })]); // prettier-ignore
  const from = of('count') === '0' ? [{ kind: 'path' as const, name: '/dev/null' }] : path(of('if'));
  const appends = of('oflag')?.split(',').includes('append') === true;
  const raw = from.filter(({ name }) => isBlockDevice(name));
  return [
    ...secretEffects(from),
    ...(raw.length > 0 ? [draft('secret.read', raw)] : []),
    ...writeEffects(path(of('of')), appends ? {} : overwrittenFrom(from)),
  ];
};

export const disk: Catalog = {
  dd: { style: 'plain', effects: copiesBlocks },
  'dcfldd dc3dd': { style: 'plain', effects: copiesBlocks },
  'mkfs mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.xfs mkfs.btrfs mkfs.vfat mkfs.fat mkfs.ntfs mkfs.exfat mkfs.f2fs mke2fs mkswap newfs newfs_apfs newfs_hfs mkntfs mkdosfs':
    {
      options: 't|type= L|label= f|force F b= n',
      effects: formats,
    },
  wipefs: { options: 'a|all f|force n|no-act o|offset= t|types=', dryRun: has('no-act'), effects: when(has('all', 'offset'), wipes) }, // prettier-ignore
  'sfdisk fdisk cfdisk': {
    options: 'l|list p|print d|dump J|json V|verify s|show-size n|no-act o= delete version',
    dryRun: has('no-act'),
    effects: when(has('list', 'print', 'dump', 'json', 'verify', 'show-size'), () => [], wipes),
  },
  'gdisk sgdisk cgdisk': { options: 'l|list p|print v|verify i|info= n|new= d|delete= Z|zap-all z|zap o|clear', effects: when((call) => [...call.args.options.keys()].every((name) => ['list', 'print', 'verify', 'info'].includes(name)) && call.args.options.size > 0, nothing, wipes) }, // prettier-ignore
  // The system then sees other partitions than it has in use.
  partprobe: { options: 'd|dry-run s|summary', effects: when(has('dry-run'), nothing, rereads) },
  partx: { options: 'a|add u|update d|delete s|show l|list o= n|nr= g r b t=', effects: when(has('add', 'update', 'delete'), does('system.change', device), nothing) }, // prettier-ignore
  'lvcreate lvextend vgextend': {
    options: 'L|size= l|extents= n|name= t|type= s|snapshot y r',
    effects: does('system.change', device, { additive: true }),
  },
  'resize2fs tune2fs losetup': { effects: does('system.change', device) },
  'parted gparted': {
    options: 's|script l|list a= m|machine',
    effects: (call) =>
      has('list')(call) || ['print', 'unit', 'help', 'select'].includes(operandText(call, 1) ?? '')
        ? []
        : [draft('disk.write', operands('device', 0, 1)(call), { overwrite: true })],
  },
  'blkdiscard sg_format': { options: 'f|force', effects: wipes },
  'hdparm badblocks nvme': { options: 'w s n v', effects: when((call) => has('w', 'security-erase', 'trim-sector-ranges')(call) || call.args.operands[0]?.text === 'format', wipes, nothing) }, // prettier-ignore
  'zpool zfs lvremove vgremove pvremove lvreduce lvresize pvcreate vgcreate mdadm cryptsetup dmsetup e2fsck fsck xfs_repair':
    {
      options: 'f|force y n|dry-run',
      effects: (call) =>
        /^(?:list|get|status|show|info|ls|history|iostat)$/.test(operandText(call, 0) ?? '') ? [] : wipes(call),
    },
  'lvs vgs pvs lvdisplay vgdisplay pvdisplay lvscan dumpe2fs': { effects: [] },
  diskutil: {
    effects: (call) =>
      /^(?:list|info|activity|apfslist)$/i.test(operandText(call, 0) ?? '') ? [] : [draft('disk.write', operands('device', 1)(call), { overwrite: true })], // prettier-ignore
  },
  blockdev: { options: 'getsize64 getss report', effects: when(not(has('getsize64', 'getss', 'report')), wipes) },
};
