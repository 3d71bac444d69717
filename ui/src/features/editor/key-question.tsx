import { For, Show } from 'solid-js';
import { acceptHostKey } from '../../api/providers.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { CopyLine } from '../../components/copy-line.tsx';
import { editorText as t } from '../../i18n/editor.ts';
import { exactTime } from '../../lib/format.ts';
import type { CertificateQuestion, HostKeyQuestion, Question } from './connection-words.ts';

/** Prints the fingerprint of the key most servers show, on that server. */
const command = 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub';

/**
 * Explains in plain words why a server was not believed, shows what it showed, and lets a person decide.
 * `onTrust` is handed the fingerprint of a certificate; a host key is accepted at the box before `onAccepted`.
 */
export function KeyQuestion(props: {
  question: Question | null;
  onClose: () => void;
  onAccepted: () => void;
  onTrust: (fingerprint: string) => void;
}) {
  const hostKey = () => (props.question?.about === 'host_key' ? props.question : null);
  const certificate = () => (props.question?.about === 'certificate' ? props.question : null);
  return (
    <>
      <Show when={hostKey()}>
        {(asked) => (
          <HostKeyDialog asked={asked()} onClose={() => props.onClose()} onAccepted={() => props.onAccepted()} />
        )}
      </Show>
      <Show when={certificate()}>
        {(asked) => <CertificateDialog asked={asked()} onClose={() => props.onClose()} onTrust={props.onTrust} />}
      </Show>
    </>
  );
}

function HostKeyDialog(props: { asked: HostKeyQuestion; onClose: () => void; onAccepted: () => void }) {
  const say = () => t().where.hostKey;
  return (
    <ConfirmDialog
      open
      kind="primary"
      title={say().title}
      action={say().action}
      onClose={() => props.onClose()}
      onConfirm={async () => {
        const { host, port, fingerprint } = props.asked;
        await acceptHostKey({ host, port, fingerprint });
        props.onAccepted();
      }}
    >
      <p>{say().text}</p>
      <Facts
        rows={[
          [say().host, props.asked.port === 22 ? props.asked.host : `${props.asked.host}:${props.asked.port}`, false],
          [say().before, props.asked.known ?? say().unknown, true],
          [say().now, props.asked.fingerprint, true],
        ]}
      />
      <p>{say().compare}</p>
      <CopyLine value={command} />
    </ConfirmDialog>
  );
}

function CertificateDialog(props: {
  asked: CertificateQuestion;
  onClose: () => void;
  onTrust: (fingerprint: string) => void;
}) {
  const say = () => t().where.certificate;
  const until = () => {
    const text = props.asked.validUntil;
    return text === null || Number.isNaN(Date.parse(text)) ? text : exactTime(text);
  };
  return (
    <ConfirmDialog
      open
      kind="primary"
      title={props.asked.pinned === null ? say().title : say().titleChanged}
      action={say().action}
      onClose={() => props.onClose()}
      onConfirm={async () => props.onTrust(props.asked.fingerprint)}
    >
      <p>{props.asked.pinned === null ? say().text : say().textChanged}</p>
      <Facts
        rows={[
          [say().subject, props.asked.subject, false],
          [say().issuer, props.asked.issuer, false],
          [say().until, until(), false],
          [say().pinned, props.asked.pinned, true],
          [say().fingerprint, props.asked.fingerprint, true],
        ]}
      />
      <p>{say().compare}</p>
    </ConfirmDialog>
  );
}

function Facts(props: { rows: readonly (readonly [label: string, value: string | null, exact: boolean])[] }) {
  return (
    <dl class="key-facts">
      <For each={props.rows.filter(([, value]) => value !== null)}>
        {([label, value, exact]) => (
          <div>
            <dt>{label}</dt>
            <dd>{exact ? <code>{value}</code> : value}</dd>
          </div>
        )}
      </For>
    </dl>
  );
}
