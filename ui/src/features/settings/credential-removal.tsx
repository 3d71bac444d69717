import { createSignal, For, Show } from 'solid-js';
import { asApiError } from '../../api/client.ts';
import { type CredentialView, credentialUsage, removeCredential, type UsageView } from '../../api/credentials.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { t as base } from '../../i18n/base.ts';
import { settingsText as t } from '../../i18n/settings.ts';

/** What is known of a wish to delete: who uses it, as the box said just now. */
export interface Removal {
  credential: CredentialView;
  jobs: UsageView['jobs'];
}

/** Deletes what no backup uses; otherwise names the backups, because the box would refuse. */
export function CredentialRemoval(props: {
  removal: Removal | null;
  providerName: (type: string) => string;
  onClose: () => void;
  /** Waited for: only when the list is new is the focus given back. */
  onRemoved: (credential: CredentialView) => Promise<void>;
}) {
  const say = () => t().credentials;
  const [lateJobs, setLateJobs] = createSignal<UsageView['jobs']>([]);
  const jobs = () => [...(props.removal?.jobs ?? []), ...lateJobs()];
  const close = () => {
    setLateJobs([]);
    props.onClose();
  };
  const remove = async (credential: CredentialView) => {
    try {
      await removeCredential(credential.id);
    } catch (thrown) {
      const error = asApiError(thrown);
      if (error.status === 409) setLateJobs((await credentialUsage(credential.id)).jobs); // taken up meanwhile
      if (error.status !== 404) throw error;
    }
    await props.onRemoved(credential);
  };
  return (
    <Show when={props.removal}>
      {(removal) => (
        <Show
          when={jobs().length === 0}
          fallback={
            <Dialog
              open
              onClose={close}
              title={say().inUseTitle(removal().credential.name)}
              lead={say().inUseText(jobs().length)}
              actions={
                <Button kind="primary" onClick={close}>
                  {base().actions.close}
                </Button>
              }
            >
              <ul class="points">
                <For each={jobs()}>
                  {(job) => (
                    <li>
                      <a href={`/jobs/${job.id}/edit`}>{job.name}</a>
                    </li>
                  )}
                </For>
              </ul>
            </Dialog>
          }
        >
          <ConfirmDialog
            open
            onClose={close}
            title={say().deleteTitle(removal().credential.name)}
            goes={{
              label: say().deleteGoes,
              items: [
                say().deleteGoesItem(removal().credential.name, props.providerName(removal().credential.provider_type)),
              ],
            }}
            stays={{ label: say().deleteStays, items: [say().deleteStaysItem] }}
            action={say().deleteAction}
            onConfirm={() => remove(removal().credential)}
          />
        </Show>
      )}
    </Show>
  );
}
