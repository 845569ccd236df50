/**
 * What gets a shim: programs that delete, overwrite, publish, send or change something elsewhere. Shells, interpreters
 * and `sudo` get none: what they start is asked about by itself, and they run far too often for harmless reasons.
 */
export const DEFAULT_TOOLS: readonly string[] = [
  ...['git', 'gh', 'glab'],
  ...['rm', 'rmdir', 'mv', 'cp', 'ln', 'tee', 'dd', 'find', 'chmod', 'chown', 'shred', 'truncate'],
  ...['mkfs', 'mkfs.ext4', 'fdisk', 'parted'],
  ...['docker', 'podman', 'kubectl', 'helm', 'terraform', 'tofu', 'pulumi'],
  ...['aws', 'gcloud', 'az'],
  ...['psql', 'mysql', 'mariadb', 'sqlite3', 'mongosh', 'redis-cli', 'dropdb'],
  ...['npm', 'npx', 'pnpm', 'yarn', 'bun', 'pip', 'pip3', 'uv', 'cargo', 'gem', 'twine'],
  ...['curl', 'wget', 'ssh', 'scp', 'sftp', 'rsync'],
  ...['systemctl', 'crontab'],
];
