import { onDemand } from '../../components/on-demand.tsx';
import { wordsReady } from '../../i18n/words.ts';
import type { CredentialDialogProps } from './credential-dialog.tsx';

/** The dialog for credentials, fetched when it is opened for the first time, with its words. */
export const CredentialWindow = onDemand<CredentialDialogProps>(async () => {
  const module = await import('./credential-dialog.tsx');
  await wordsReady();
  return { default: module.CredentialDialog };
});
