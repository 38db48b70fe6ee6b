import Synchronization
import XCTest

/// Tests of a format on a folder of its own.
class FormatTestCase: XCTestCase {
    // XCTest may use a test case on several threads.
    private let folder = Mutex<FormatFolder?>(nil)

    /// The folder of this test, which sets it before it uses it.
    var data: FormatFolder {
        get { folder.withLock { $0! } }
        set { folder.withLock { $0 = newValue } }
    }

    override func tearDown() { folder.withLock { $0?.remove() } }
}
