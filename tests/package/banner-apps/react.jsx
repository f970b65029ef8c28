// The page around it: mounted, or rendered by a server and taken over.
import { StrictMode, useState } from 'react';
import { createRoot, hydrateRoot } from 'react-dom/client';
import { Privacy } from './Privacy.jsx';

export function App({ onDecision = () => {} }) {
  const [choices, setChoices] = useState(0);
  const decided = event => (setChoices(choices + 1), onDecision(event));
  return (
    <StrictMode>
      <main><h1>Shop</h1><p id="choices">{choices}</p></main>
      <Privacy onDecision={decided} />
    </StrictMode>
  );
}

export function start(at, hydrate, onDecision) {
  const app = <App onDecision={onDecision} />;
  if (hydrate) hydrateRoot(at, app, { onRecoverableError: error => console.error(error) });
  else createRoot(at).render(app);
}
