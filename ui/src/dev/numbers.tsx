import { createSignal } from 'solid-js';
import { Card } from '../components/card.tsx';
import { DataTable } from '../components/data-table.tsx';
import { Menu } from '../components/menu.tsx';
import { ProgressBar } from '../components/progress-bar.tsx';
import { Skeleton } from '../components/skeleton.tsx';
import { Stat } from '../components/stat.tsx';
import { type Mood, StatusPill } from '../components/status-pill.tsx';
import { Tabs } from '../components/tabs.tsx';
import { VirtualList } from '../components/virtual-list.tsx';
import { bytes, count } from '../lib/format.ts';
import { Part } from './part.tsx';

const rows: { name: string; mood: Mood; state: string; files: number; size: number }[] = [
  { name: 'Photos', mood: 'ok', state: 'Safe', files: 41_203, size: 182e9 },
  { name: 'Letters and taxes', mood: 'bad', state: 'Failed', files: 310, size: 48e6 },
  { name: '"><img src=x onerror=alert(1)>', mood: 'idle', state: 'Never run', files: 0, size: 0 },
];

export function Numbers() {
  const [tab, setTab] = createSignal<'log' | 'errors'>('log');
  return (
    <Part title="Numbers, tables and lists">
      <Card title="Numbers" actions={<Menu label="More" items={[{ label: 'Edit', onSelect: () => {} }]} />}>
        <dl class="stats">
          <Stat label="Files">{count(41_203)}</Stat>
          <Stat label="Size" note="12 GB more than a month ago">
            {bytes(182e9)}
          </Stat>
          <Stat label="Last run">2 hours ago</Stat>
        </dl>
        <ProgressBar share={0.42} label="Progress of Photos" />
        <ProgressBar share={undefined} label="Progress of Letters" />
        <Skeleton lines={3} />
      </Card>
      <Card title="Table, cards on a phone">
        <DataTable
          caption="Backups"
          rows={rows}
          columns={[
            { label: 'Name', cell: (row) => row.name, heading: true },
            { label: 'State', cell: (row) => <StatusPill mood={row.mood}>{row.state}</StatusPill> },
            { label: 'Files', cell: (row) => count(row.files), numeric: true },
            { label: 'Size', cell: (row) => bytes(row.size), numeric: true },
          ]}
        />
      </Card>
      <Card title="Tabs and a list of a million lines">
        <Tabs
          label="Run"
          value={tab()}
          onChange={setTab}
          tabs={[
            {
              value: 'log',
              label: 'Log',
              content: () => (
                <div style={{ height: '10rem', display: 'grid' }}>
                  <VirtualList
                    label="Log"
                    count={1_000_000}
                    rowHeight={24}
                    row={(index) => <code>{`line ${count(index + 1)}`}</code>}
                  />
                </div>
              ),
            },
            { value: 'errors', label: 'Files not copied', content: () => <p>None.</p> },
          ]}
        />
      </Card>
    </Part>
  );
}
